"""One small company, run once for real; tests that change something work on a copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from outlay.sample import write_sample
from tests.support.deliveries import deliver
from tests.support.runs import Outcome, outlay, run_days, status

START = date(2026, 1, 1)
DAYS = 12
SCALE = 0.05
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                      "--disable-sync"]  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A company folder and its data folder, how the last run ended, and the secrets that a run needs."""

    company: Path
    data: Path
    outcome: Outcome | None = None
    environment: Mapping[str, str] | None = None

    def run(self, day: date, *more: str) -> Outcome:
        return self.outlay("run", "--date", day.isoformat(), *more)

    def outlay(self, *arguments: str) -> Outcome:
        return outlay(*arguments, company=self.company, data=self.data, environment=self.environment)

    def parquet(self) -> Path:
        return Path(status(self.data)["published"]["parquet"])

    def copied_to(self, folder: Path) -> Place:
        shutil.copytree(self.company, folder / "company")
        shutil.copytree(self.data, folder / "data")
        return Place(folder / "company", folder / "data", environment=self.environment)


def day(number: int) -> date:
    """The sample's day `number`, counted from 1."""
    return START + timedelta(days=number - 1)


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything the sample company delivers in DAYS days, with truth/ beside it."""
    folder = tmp_path_factory.mktemp("exports")
    write_sample(folder, days=DAYS, scale=SCALE, start=START)
    return folder


@pytest.fixture(scope="session")
def ran_at_once(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The company after one run over all its days."""
    folder = tmp_path_factory.mktemp("at_once")
    deliver(exports, folder / "company", until=day(DAYS))
    place = Place(folder / "company", folder / "data")
    return Place(place.company, place.data, place.run(day(DAYS)))


@pytest.fixture(scope="session")
def ran_day_by_day(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A first run over some days, one that skips a day, then one a day; files arriving as they did."""
    folder = tmp_path_factory.mktemp("day_by_day")
    place = Place(folder / "company", folder / "data")
    run_days(place.company, place.data, [day(n) for n in (8, 10, 11, 12)], deliveries=exports)
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A running Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `dev` brings playwright")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures for a person are written: what OUTLAY_PAGE_PICTURES names, or a folder of the test's."""
    folder = Path(os.environ.get("OUTLAY_PAGE_PICTURES") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
