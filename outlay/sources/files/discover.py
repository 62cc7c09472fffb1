"""Finds the files of a source."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
from pathlib import Path, PurePosixPath

from outlay.sources.base import Offer
from outlay.sources.files.archives import natural_key

# Other programs' half-written files and lock files, whatever the pattern says.
_UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".swp")
_UNFINISHED_PREFIXES = (".", "~$")


def find(folder: Path, pattern: str) -> dict[Offer, Path]:
    """The files that `pattern` names relative to `folder`, in natural order of their names (`part-10` last).

    A name that is not UTF-8 is written with its bytes escaped.
    """
    offers = {}
    # Not Path.glob: names stay relative to the folder, also those that climb out of it.
    for name in glob.glob(pattern, root_dir=folder, recursive=True):  # noqa: PTH207
        base = os.path.basename(name)  # noqa: PTH119 - thousands of names: a Path for each costs more than its file
        if base.startswith(_UNFINISHED_PREFIXES) or base.lower().endswith(_UNFINISHED_SUFFIXES):
            continue
        path = os.path.join(folder, name)  # noqa: PTH118
        with contextlib.suppress(FileNotFoundError):  # taken away meanwhile
            state = os.stat(path)  # noqa: PTH116
            if not stat.S_ISREG(state.st_mode):
                continue
            offers[Offer(_shown(name), state.st_size, state.st_mtime_ns)] = Path(path)
    return dict(sorted(offers.items(), key=lambda item: (natural_key(item[0].name), item[0].name)))


def _shown(name: str) -> str:
    """With `/` between folders, without needless dots."""
    if name.isascii() and not any(part in name for part in ("//", "./", "\\")):
        return name
    return os.fsencode(PurePosixPath(name).as_posix()).decode("utf-8", errors="backslashreplace")
