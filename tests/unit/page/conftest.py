"""Each state's version and pages, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from outlay.page import write_pages
from outlay.publishing import PublishedVersion
from tests.support.page_marts import company_of
from tests.support.page_states import STATES

Written = tuple[PublishedVersion, Path]


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    """Name of a state -> its version and the folder of its pages."""
    made: dict[str, Written] = {}

    def make(name: str) -> Written:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            version = STATES[name].publish(folder / "data")
            write_pages(version, folder / "page", company_of(folder / "company"), STATES[name].standing)
            made[name] = (version, folder / "page")
        return made[name]

    return make
