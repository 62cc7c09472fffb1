"""What lasts is not looked through for garbage; what was set aside and is used no more, goes."""

from __future__ import annotations

import gc
import weakref

import pytest

from outlay.garbage import made_to_last, no_collection, set_aside


class _Ring:
    """Garbage that only a search finds: it holds itself."""

    def __init__(self) -> None:
        self.self = self


def test_nothing_is_looked_for_within_and_the_setting_comes_back() -> None:
    with no_collection():
        assert not gc.isenabled()
        with no_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_setting_comes_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="within"), made_to_last():
        raise ValueError("within")
    assert gc.isenabled()


def test_what_was_made_to_last_is_passed_over_until_it_is_set_aside_anew() -> None:
    with made_to_last():
        ring = weakref.ref(_Ring())
    gc.collect()
    assert ring() is not None
    set_aside()
    assert ring() is None
