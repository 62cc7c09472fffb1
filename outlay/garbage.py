"""Python's search for garbage, kept away from what is none: it looks through everything that lives, again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """For millions of values without cycles: to look for some among them takes up to a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def made_to_last() -> Iterator[None]:
    """What is made within, modules above all, lives as long as the process: it is not looked through, now or later."""
    with no_collection():
        yield
    gc.freeze()


def set_aside() -> None:
    """What lives now is no garbage until this is called again; what was set aside before and is used no more, goes."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
