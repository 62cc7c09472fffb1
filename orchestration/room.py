"""Tells a full disk from other faults: what libraries make of one names neither the disk nor what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What an aborted write gives back is small: a disk with less than this at the end was full.
_NEARLY_NOTHING = 64 * 1024**2


class DiskFullError(Exception):
    """A run stopped on a disk with next to no room."""


@contextmanager
def room_to_write(folder: Path) -> Iterator[None]:
    """Raises DiskFullError in the place of what broke where the disk of `folder` has next to no room left."""
    try:
        yield
    except Exception as error:
        free = shutil.disk_usage(folder).free
        if free >= _NEARLY_NOTHING:
            raise
        last = str(error).strip().partition("\n")[0]
        raise DiskFullError(
            f"{folder}: its disk has {free / 1024**2:.0f} MB left, and the run could not go on ({last}). "
            "Readers keep the published version. Make room and run the day again: it begins where it stopped."
        ) from error
