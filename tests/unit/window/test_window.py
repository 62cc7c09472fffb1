"""The window: what changed since the last build, and what a change reaches beyond its own day."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from outlay.company import Company, read_company
from outlay.landing import land, landed_partitions, prepare_landing
from outlay.settings import DataFolder
from outlay.window import Window, find_window, inputs_fingerprint, remember_built
from outlay.window.finding import WHOLE_HISTORY

COMPANY = """
[company]
name = "Nordlys"
currency = "EUR"

[sources.orders]
kind = "files"
entity = "conversions"
glob = "orders_*.csv"

[sources.aliases]
kind = "files"
entity = "identities"
glob = "aliases.csv"

[sources.rates]
kind = "files"
entity = "fx_rates"
glob = "rates.csv"
"""
HEADING = "conversion_id,user_id,converted_at,revenue,currency\n"
RATES = "from_currency,to_currency,date_day,rate\nEUR,USD,2026-01-01,1.10\nEUR,USD,2026-01-02,1.11\n"
DAY_1, DAY_2, DAY_3 = (date(2026, 1, day) for day in (1, 2, 3))


@dataclass
class Place:
    """A company folder and its data folder."""

    company: Company
    data: DataFolder

    def deliver(self, name: str, text: str) -> None:
        (self.company.folder / name).write_text(text, encoding="utf-8")

    def land(self, as_of: date) -> None:
        prepare_landing(self.data.landing)
        for source in self.company.sources.values():
            land(source, self.company, self.data.landing, as_of=as_of)

    def window(self, as_of: date, **options: bool) -> Window:
        self.land(as_of)
        return find_window(self.company, self.data, landed_partitions(self.data.landing), as_of=as_of, **options)

    def build(self, as_of: date) -> None:
        """Stand in for dbt: the two staging tables that the window looks into, then `built.json`."""
        window = self.window(as_of)
        self.data.warehouse.parent.mkdir(parents=True, exist_ok=True)
        typed = self.data.landing / "typed" / "conversions"
        with duckdb.connect(str(self.data.warehouse)) as warehouse:
            warehouse.execute("create schema if not exists staging")
            warehouse.execute(
                "create or replace table staging.stg_web__conversions as "
                "select conversion_id, user_id, day as date_day "
                f"from read_parquet('{typed}/**/*.parquet', hive_types = {{'day': DATE}}) where day <= ?",
                [as_of],
            )
        remember_built(window, self.data)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "company"
    folder.mkdir()
    (folder / "company.toml").write_text(COMPANY, encoding="utf-8")
    place = Place(read_company(folder), DataFolder(tmp_path / "data"))
    place.deliver("orders_1.csv", HEADING + "a,u1,2026-01-01T10:00:00Z,10,EUR\nb,u2,2026-01-02T10:00:00Z,20,EUR\n")
    place.deliver("aliases.csv", "user_id,canonical_user_id\nu9,u8\n")
    place.deliver("rates.csv", RATES)
    return place


def test_the_first_build_is_full_and_says_so(place: Place) -> None:
    window = place.window(DAY_2)
    assert window.full_because == "first build"
    assert window.changed["conversions"] == {DAY_1, DAY_2}


def test_nothing_new_is_an_empty_window(place: Place) -> None:
    place.build(DAY_2)
    window = place.window(DAY_2)
    assert not window.is_full
    assert window.changed == {}
    assert window.describe() == "no day changed"


def test_a_new_day_is_that_day_alone(place: Place) -> None:
    place.build(DAY_2)
    place.deliver("orders_2.csv", HEADING + "c,u3,2026-01-03T10:00:00Z,30,EUR\n")
    assert place.window(DAY_3).changed == {"conversions": {DAY_3}}


def test_a_day_that_lay_in_the_future_is_new_when_its_run_comes(place: Place) -> None:
    place.deliver("orders_2.csv", HEADING + "c,u3,2026-01-03T10:00:00Z,30,EUR\n")
    place.build(DAY_2)
    assert place.window(DAY_2).changed == {}
    assert place.window(DAY_3).changed == {"conversions": {DAY_3}}


def test_a_day_on_which_nothing_came_counts_for_the_fits_that_end_on_it(place: Place) -> None:
    """Fitted up to the 2nd, run again for the 4th: what was fitted up to the last build's date was cut short."""
    place.build(DAY_2)
    assert place.window(date(2026, 1, 4)).changed == {"conversions": {DAY_3}}


def test_a_key_that_moved_brings_the_day_it_left(place: Place) -> None:
    place.build(DAY_2)
    place.deliver("orders_2.csv", HEADING + "a,u1,2026-01-03T09:00:00Z,10,EUR\n")
    assert place.window(DAY_3).changed["conversions"] == {DAY_1, DAY_3}


def test_a_merge_reaches_back_to_the_first_day_of_whoever_it_moves(place: Place) -> None:
    """u1 was there on the first day, but it is u2 who now stands for u1, and u2 came on the second."""
    place.build(DAY_2)
    place.deliver("aliases.csv", "user_id,canonical_user_id\nu9,u8\nu2,u1\n")
    window = place.window(DAY_2)
    assert window.changed["touchpoints"] == {DAY_2}
    assert window.changed["identities"] == {WHOLE_HISTORY}


def test_a_merge_of_strangers_reaches_nobody(place: Place) -> None:
    place.build(DAY_2)
    place.deliver("aliases.csv", "user_id,canonical_user_id\nu9,u8\nx1,x2\n")
    assert "touchpoints" not in place.window(DAY_2).changed


def test_a_restated_rate_touches_every_amount_from_its_day_on(place: Place) -> None:
    place.build(DAY_2)
    place.deliver("rates.csv", RATES.replace("1.11", "1.12"))
    assert place.window(DAY_2).changed["conversions"] == {DAY_2}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("default_gross_margin = 0.5\n[sources.orders]", "company.toml changed"),
        ("", "asked for"),
    ],
)
def test_what_rewrites_history_builds_everything(place: Place, change: str, reason: str) -> None:
    place.build(DAY_2)
    if change:
        path = place.company.folder / "company.toml"
        path.write_text(COMPANY.replace("[sources.orders]", change, 1), encoding="utf-8")
        place.company = read_company(place.company.folder)
    window = place.window(DAY_2, full_refresh=not change)
    assert window.full_because == reason
    assert window.changed["conversions"] == {DAY_1, DAY_2}


def test_going_back_in_time_builds_everything(place: Place) -> None:
    place.build(DAY_2)
    assert place.window(DAY_1).full_because == "the run's date 2026-01-01 lies before the last build's 2026-01-02"


def test_gates_and_window_speak_about_the_same_content(place: Place) -> None:
    window = place.window(DAY_2)
    partitions = landed_partitions(place.data.landing)
    assert inputs_fingerprint(partitions, as_of=DAY_2) == window.inputs_fingerprint
    assert inputs_fingerprint(partitions, as_of=DAY_1) != window.inputs_fingerprint
