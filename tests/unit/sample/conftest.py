"""One sample of 90 days at a fifth of the ordinary size, shared by the tests of this folder."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator

import pytest

from outlay.sample import SampleSummary, write_sample
from tests.unit.sample.reading import Rows


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return write_sample(tmp_path_factory.mktemp("sample") / "company", days=90, scale=0.2)


@pytest.fixture(scope="session")
def read(sample: SampleSummary) -> Callable[[str], Rows]:
    """Rows of every CSV that a glob below the company folder names, in order of delivery."""

    def rows(pattern: str) -> Iterator[dict[str, str]]:
        for path in sorted(sample.folder.glob(pattern)):
            with path.open(encoding="utf-8", newline="") as text:
                yield from csv.DictReader(text)

    return lambda pattern: list(rows(pattern))
