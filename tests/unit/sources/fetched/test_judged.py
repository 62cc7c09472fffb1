"""A fetched delivery as a whole: repeated rows, sums, incomplete rows; with a connector that is handed its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.company import read_company
from outlay.landing.run import working_connection
from outlay.sources.base import PARSED_TABLE, Mark, Parsed
from outlay.sources.fetched.parse import FetchedParser
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.spool import Spool

DAY = date(2026, 1, 2)
CONTROL = {DAY: Decimal("10")}


class Handed:
    """Yields what it was made with, whatever the page holds."""

    restatement_days = 1
    slicing: Slicing = "month"
    version = 1

    def __init__(self, entity: str, rows: list[Row], controlled: str | None) -> None:
        self.entity = entity
        self.rows = rows
        self.controlled = controlled

    def describe(self, account: str) -> Account:
        return Account(account)

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        yield from ()

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        json.loads(page.body.read_text())
        yield from self.rows

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        return None


def spend(campaign: str, amount: str | None, **more: Any) -> dict[str, Any]:
    return {
        "platform": "google_ads", "account_id": "412", "campaign_id": campaign, "date_day": DAY, "currency": "EUR",
        "spend": None if amount is None else Decimal(amount),
    } | more  # fmt: skip


def landed(
    tmp_path: Path,
    rows: list[Row],
    control: Mapping[date, Decimal] | None = None,
    *,
    entity: str = "platform_spend",
    controlled: str | None = "spend",
    body: str = "[]",
) -> tuple[Parsed, list[dict[str, Any]]]:
    """The judgement on a delivery of `rows`, and PARSED_TABLE as it then is."""
    (tmp_path / "company.toml").write_text(
        '[company]\nname = "x"\ncurrency = "EUR"\ntime_zone = "Europe/Berlin"\n'
        f'[sources.tested]\nkind = "google_ads"\nentity = "{entity}"\n'
    )
    company = read_company(tmp_path)
    spool = Spool(tmp_path / "spool")
    with spool.work() as work:
        answer = work / "answer.json"
        answer.write_text(body)
        spool.swap_in("412/2026-01", Account("412"), (DAY, DAY), 1, [RawPage("q", answer)], control, work)
    section = company.sources["tested"]
    connector = Handed(entity, rows, controlled)
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    with working_connection(work) as connection:
        parser = FetchedParser(section, company, connector, connection, work)
        [parsed] = parser.parse(iter([(Mark("412/2026-01", "abc", 5), spool.path("412/2026-01"))]))
        found = connection.execute(f"select * from {PARSED_TABLE} order by _row").to_arrow_table().to_pylist()
    return parsed, found


def test_rows_that_add_up_land(tmp_path: Path) -> None:
    parsed, rows = landed(tmp_path, [spend("1", "4"), spend("2", "6")], CONTROL)
    assert parsed.complete
    assert parsed.problems == []
    assert [(row["_state"], row["_delivery"], row["_row"], row["_account"], row["_day"]) for row in rows] == [
        ("landed", 5, 1, "412", DAY), ("landed", 5, 2, "412", DAY)
    ]  # fmt: skip
    assert {row["_file"] for row in rows} == {"412/2026-01:0001-rows.json"}
    assert {row["source_system"] for row in rows} == {"google_ads"}


@pytest.mark.parametrize(
    ("rows", "control", "told"),
    [
        ([spend("1", "4")], CONTROL, "2026-01-02: the rows sum to 4.00, the platform says 10.00"),
        ([spend("1", "10.02")], CONTROL, "2026-01-02: the rows sum to 10.02, the platform says 10.00"),
        ([], CONTROL, "2026-01-02: the rows sum to 0.00, the platform says 10.00"),
        ([spend("1", "10")], {}, "2026-01-02: the rows sum to 10.00, the platform says 0.00"),
        ([spend("1", "4.005")], {DAY: Decimal(5)}, "the rows sum to 4.005, the platform says 5.00"),
        ([spend("1", "-2"), spend("2", "10")], {DAY: Decimal(8)}, "the rows sum to 10.00, the platform says 8.00"),
    ],
)
def test_a_difference_of_more_than_a_cent_refuses_the_delivery(
    tmp_path: Path, rows: list[Row], control: Mapping[date, Decimal], told: str
) -> None:
    parsed, found = landed(tmp_path, rows, control)
    assert not parsed.complete
    assert found == []
    [problem] = parsed.problems
    assert (problem.check, problem.severity, problem.file) == ("control_total", "failed", "412/2026-01")
    assert told in problem.message
    assert "The next run fetches it again" in problem.message


@pytest.mark.parametrize("amount", ["10.01", "9.99", "10"])
def test_a_cent_is_rounding(tmp_path: Path, amount: str) -> None:
    parsed, _ = landed(tmp_path, [spend("1", amount)], CONTROL)
    assert parsed.complete


def test_many_wrong_days_are_told_in_one_line(tmp_path: Path) -> None:
    control = {date(2026, 1, number): Decimal(1) for number in range(1, 6)}
    parsed, _ = landed(tmp_path, [], control)
    assert "and 2 more days" in parsed.problems[0].message


def test_without_a_figure_of_the_platform_nothing_is_compared(tmp_path: Path) -> None:
    assert landed(tmp_path, [spend("1", "4")], None)[0].complete
    assert landed(tmp_path, [spend("1", "4")], CONTROL, controlled=None)[0].complete


def test_a_row_given_twice_counts_once(tmp_path: Path) -> None:
    parsed, rows = landed(tmp_path, [spend("1", "4"), spend("2", "6"), spend("1", "4")], CONTROL)
    assert parsed.complete
    assert [row["_state"] for row in rows] == ["landed", "landed", "quarantined"]
    assert rows[2]["_reason"] == "repeats row 1 of the same delivery word for word: the platform gave it twice"
    assert json.loads(rows[2]["_raw"])["campaign_id"] == "1"


def test_the_later_page_wins(tmp_path: Path) -> None:
    parsed, rows = landed(tmp_path, [spend("1", "3"), spend("2", "6"), spend("1", "4")], CONTROL)
    assert parsed.complete
    assert [row["_state"] for row in rows] == ["quarantined", "landed", "landed"]
    assert "row 3 of the same delivery has this key and other values" in rows[0]["_reason"]


def test_what_was_said_last_counts_also_where_it_was_said_before(tmp_path: Path) -> None:
    _, rows = landed(tmp_path, [spend("1", "10"), spend("1", "3"), spend("1", "10")], CONTROL)
    assert [row["_state"] for row in rows] == ["landed", "quarantined", "quarantined"]


def test_a_row_key_makes_rows_finer_than_the_grain(tmp_path: Path) -> None:
    rows = [spend("1", "4", _row_key="a"), spend("1", "6", _row_key="b")]
    parsed, found = landed(tmp_path, rows, CONTROL)
    assert parsed.complete
    assert [(row["_state"], row["_row_key"]) for row in found] == [("landed", "a"), ("landed", "b")]


def test_an_incomplete_row_is_quarantined(tmp_path: Path) -> None:
    _, rows = landed(tmp_path, [spend("1", None), spend("2", "10"), spend("3", "-1", currency=None)])
    below = "currency is empty; it is required; spend is below 0; expected 0 or more"
    assert [row["_reason"] for row in rows] == ["spend is empty; it is required", None, below]


def test_amounts_are_rounded_half_to_even_at_four_places(tmp_path: Path) -> None:
    amounts = ["99.99999999999996", "-2E-18", "0.00005", "0.00015", "1.2345"]
    _, rows = landed(tmp_path, [spend(str(number), amount) for number, amount in enumerate(amounts)])
    assert [row["spend"] for row in rows] == [Decimal(text) for text in ("100", "0", "0", "0.0002", "1.2345")]


def test_a_value_that_does_not_fit_is_told(tmp_path: Path) -> None:
    parsed, _ = landed(tmp_path, [spend("1", "123456789012345.1")])
    assert parsed.problems[0].check == "page_readable"
    assert "spend does not fit DECIMAL(18,4)" in parsed.problems[0].message


def test_a_page_that_is_none_is_refused(tmp_path: Path) -> None:
    parsed, rows = landed(tmp_path, [spend("1", "4")], body="<html>")
    assert not parsed.complete
    assert rows == []
    assert parsed.problems[0].check == "page_readable"
    assert parsed.rejected[0].file == "412/2026-01:0001-rows.json"


def test_a_moment_counts_for_the_companys_day(tmp_path: Path) -> None:
    moment = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)
    row = {"conversion_id": "c", "user_id": "u", "converted_at": moment, "revenue": Decimal(5), "currency": "EUR"}
    _, rows = landed(tmp_path, [row], CONTROL | {DAY: Decimal(5)}, entity="conversions", controlled="revenue")
    assert rows[0]["_day"] == DAY
    assert rows[0]["converted_at"] == moment.replace(tzinfo=None)
    naive = row | {"converted_at": moment.replace(tzinfo=None)}
    parsed, _ = landed(tmp_path, [naive], entity="conversions", controlled=None)
    assert "converted_at does not fit TIMESTAMP" in parsed.problems[0].message


def test_company_toml_overrules_the_platform(tmp_path: Path) -> None:
    (tmp_path / "company.toml").write_text(
        '[company]\nname = "x"\ncurrency = "EUR"\n[sources.tested]\nkind = "google_ads"\nentity = "campaigns"\n'
        'currency = "USD"\ntime_zone = "America/New_York"\n'
    )
    company = read_company(tmp_path)
    with working_connection(tmp_path) as connection:
        parser = FetchedParser(company.sources["tested"], company, Handed("campaigns", [], None), connection, tmp_path)
        told = parser.account(Account("412", "Shop", "EUR", "Europe/Berlin"))
    assert told == replace(Account("412", "Shop"), currency="USD", time_zone="America/New_York")
