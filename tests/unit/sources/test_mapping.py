"""What company.toml can say about a column, each rule on a small file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.landing.drop_box import DropBox, drop_box

PLATFORM = 'platform = { constant = "meta" }\naccount_id = { constant = "a1" }\ncampaign_id = "Campaign"\n'


def landed(box: DropBox, columns: str, *lines: str) -> list[tuple[object, ...]]:
    box.put("a.csv", "\n".join(lines) + "\n")
    report = box.land()
    assert [problem.message for problem in report.problems if problem.severity == "failed"] == []
    return box.rows(columns)


def spend_box(tmp_path: Path, columns: str, source: str = "") -> DropBox:
    return drop_box(tmp_path, f"{source}\n[sources.src.columns]\n{PLATFORM}{columns}")


def test_the_first_accepted_heading_that_is_present_counts(tmp_path: Path) -> None:
    box = spend_box(tmp_path, 'date_day = "Day"\nspend = ["Cost", "Spend"]\ncurrency = { constant = "EUR" }')
    assert landed(box, "spend", "campaign,DAY,Spend", "c1,2026-03-01,5") == [(Decimal("5.0000"),)]


def test_currency_stands_in_the_heading(tmp_path: Path) -> None:
    box = spend_box(
        tmp_path,
        'date_day = { from = "Reporting starts", must_equal = "Reporting ends" }\n'
        'spend = "Amount spent (*)"\ncurrency = { from_heading = "Amount spent (*)" }',
    )
    lines = (
        "Reporting starts,Reporting ends,Campaign,Amount spent (SEK)",
        "2026-03-01,2026-03-01,c1,12.5",
        "2026-03-01,2026-03-31,c2,99",
    )
    assert landed(box, "currency, spend", *lines) == [("SEK", Decimal("12.5000"))]
    expected = 'Reporting ends is "2026-03-31" where Reporting starts is "2026-03-01"; expected the same, one row a day'
    assert box.quarantined() == [(2, expected)]


def test_source_wide_values_stand_in_for_what_rows_do_not_say(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'currency = "SEK"\naccounts = "a7"\ntime_zone = "Europe/Stockholm"')
    lines = "platform,campaign_id,date_day,spend,currency", "meta,c1,2026-03-01,5,", "meta,c2,2026-03-01,5,NOK"
    assert landed(box, "account_id, currency, account_time_zone", *lines) == [
        ("a7", "SEK", "Europe/Stockholm"),
        ("a7", "NOK", "Europe/Stockholm"),
    ]


def test_micros_become_major_units(tmp_path: Path) -> None:
    box = spend_box(
        tmp_path,
        'date_day = "d"\nspend = { from = "cost_micros", divide_by = 1000000 }\ncurrency = { constant = "EUR" }',
    )
    assert landed(box, "spend", "Campaign,d,cost_micros", "c1,2026-03-01,1234567") == [(Decimal("1.2346"),)]


def test_values_defaults_and_templates(tmp_path: Path) -> None:
    box = drop_box(
        tmp_path,
        """
        [sources.src.columns]
        touch_id = { template = "{Shop|Store}-{No}/{$row}" }
        user_id = "user"
        touched_at = "time"
        channel = { from = "medium", values = { cpc = "Search", "" = "Direct" } }
        interaction = { from = "kind", default = "click" }
        platform = { template = "file {$file}" }
        """,
        "touchpoints",
    )
    lines = (
        "Store,No,user,time,medium,kind",
        "s1,7,u1,2026-03-01T10:00:00Z,cpc,VIEW",
        "s1,8,u1,2026-03-01T11:00:00Z,,",
        ",9,u1,2026-03-01T12:00:00Z,email,",
    )
    assert landed(box, "touch_id, channel, interaction, platform", *lines) == [
        ("s1-7/1", "Search", "view", "file drop/a.csv"),
        ("s1-8/2", "Direct", "click", "file drop/a.csv"),
    ]
    assert box.quarantined() == [(3, "touch_id is empty; it is required")]


LEDGER = (
    'entry_id = "no"\njournal_id = "no"\nposting_date = "date"\naccount_id = "acc"\ncurrency = { constant = "EUR" }\n'
)


@pytest.mark.parametrize(
    ("rule", "heading", "cells", "expected"),
    [
        ('{ debit = "D", credit = "C" }', "D,C", "12.50,", "12.5000"),
        ('{ debit = "D", credit = "C" }', "D,C", ",12.50", "-12.5000"),
        ('{ debit = "D", credit = "C" }', "D,C", "20.00,7.50", "12.5000"),
        ('{ debit = "D", credit = "C" }', "D,C", ",", None),
        ('{ debit = "D", credit = "C" }', "D,C", "5,x", None),
        ('{ from = "A", negate = true }', "A,T", "12.50,", "-12.5000"),
        ('{ from = "A", sign_from = "T", negative_when = ["Credit*", "H"] }', "A,T", "12.50,credit note", "-12.5000"),
        ('{ from = "A", sign_from = "T", negative_when = ["Credit*", "H"] }', "A,T", "12.50,S", "12.5000"),
        ('{ from = "A", sign_from = "T", negative_when = ["Credit*", "H"] }', "A,T", "-12.50,H", None),
    ],
)
def test_signs_of_ledger_amounts(tmp_path: Path, rule: str, heading: str, cells: str, expected: str | None) -> None:
    box = drop_box(tmp_path, f"[sources.src.columns]\n{LEDGER}amount = {rule}", "ledger_entries")
    box.put("a.csv", f"no,date,acc,{heading}\n1,2026-03-01,4000,{cells}\n")
    box.land()
    assert box.rows("amount") == ([(Decimal(expected),)] if expected else [])
    assert len(box.quarantined()) == (0 if expected else 1)


def test_only_the_rows_that_are_asked_for_are_landed(tmp_path: Path) -> None:
    box = drop_box(
        tmp_path,
        'currency = "EUR"\nonly_rows = { event = ["purchase", "order_*"] }\n[sources.src.columns]\n'
        'conversion_id = "id"\nuser_id = "user"\nconverted_at = "time"\nrevenue = "value"',
        "conversions",
    )
    lines = (
        "id,event,user,time,value",
        "1,purchase,u1,2026-03-01T10:00:00Z,10",
        "2,view,u1,2026-03-01T10:00:00Z,",
        "3,Order_placed,u1,2026-03-01T10:00:00Z,20",
    )
    assert landed(box, "conversion_id", *lines) == [("1",), ("3",)]
    assert box.quarantined() == []


def test_a_row_key_keeps_rows_apart_that_are_finer_than_the_grain(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'row_key = ["device", "age"]')
    lines = (
        "platform,account_id,campaign_id,date_day,spend,currency,device,age",
        "g,a,c,2026-03-01,1,EUR,phone,18-24",
        "g,a,c,2026-03-01,1,EUR,phone,",
    )
    assert landed(box, "row_key", *lines) == [("phone\x1f18-24",), ("phone\x1f",)]


def test_a_wide_table_becomes_one_row_a_heading(tmp_path: Path) -> None:
    box = drop_box(
        tmp_path,
        'unpivot = { names = "to_currency", values = "rate" }\n[sources.src.columns]\n'
        'from_currency = { constant = "EUR" }\ndate_day = "Date"',
        "fx_rates",
    )
    lines = "Date,USD,JPY,XXQ,", "2026-03-02,1.08,N/A,5,", "2026-03-03,x,161.2,,"
    assert landed(box, "date_day, to_currency, rate", *lines) == [
        (date(2026, 3, 2), "USD", Decimal("1.08")),
        (date(2026, 3, 3), "JPY", Decimal("161.2")),
    ]
    assert [row[0] for row in box.quarantined()] == [1, 2]  # no such currency, no number


def test_a_heading_that_stands_there_twice_is_not_guessed(tmp_path: Path) -> None:
    box = spend_box(tmp_path, 'date_day = "Day"\nspend = "Cost"\ncurrency = { constant = "EUR" }')
    box.put("a.csv", "Campaign,Day,Cost,cost\nc1,2026-03-01,5,6\n")
    assert "heading 'Cost' stands there twice" in box.land().problems[0].message


def test_a_mapped_optional_heading_that_is_gone_is_warned_of(tmp_path: Path) -> None:
    box = spend_box(tmp_path, 'date_day = "Day"\nspend = "Cost"\ncurrency = { constant = "EUR" }\nclicks = "Clicks"')
    box.put("a.csv", "Campaign,Day,Cost,Klicks\nc1,2026-03-01,5,6\n")
    messages = {problem.check: problem.message for problem in box.land().problems}
    assert sorted(messages) == ["columns_known", "columns_present"]
    assert "clicks: no heading 'Clicks'" in messages["columns_present"]
    assert "was it renamed to 'Klicks'?; the column stays empty" in messages["columns_present"]


TOTALS = 'total_rows = ["Total*"]'
TOTAL_HEAD = "Day,Campaign,Cost"


@pytest.mark.parametrize(
    ("case", "total_row", "refused"),
    [
        ("named", "Total: Account,,7.50", False),
        ("without a name", ",,7.50", False),
        ("with a date but no name", "2026-03-01,,7.50", False),
        ("off by a cent", "Total: Account,,7.51", True),
        ("without an amount", "Total: Account,,", False),
        ("with a thousands mark that is not declared", '"Total: Account",,"7,50"', False),
    ],
)
def test_the_files_own_total_is_reconciled_and_dropped(
    tmp_path: Path, case: str, total_row: str, refused: bool
) -> None:
    box = spend_box(tmp_path, 'date_day = "Day"\nspend = "Cost"\ncurrency = { constant = "EUR" }', TOTALS)
    box.put("a.csv", f"{TOTAL_HEAD}\n2026-03-01,c1,5.00\n2026-03-01,c2,2.50\n{total_row}\n")
    report = box.land()
    assert box.checks("failed") == (["file_total"] if refused else [])
    assert box.total() == ("0" if refused else "7.5000")
    if refused:
        assert "says spend 7.51, its rows sum to 7.50" in report.problems[0].message


def test_one_of_several_totals_must_be_the_sum(tmp_path: Path) -> None:
    box = spend_box(tmp_path, 'date_day = "Day"\nspend = "Cost"\ncurrency = { constant = "EUR" }', TOTALS)
    box.put(
        "a.csv", f"{TOTAL_HEAD}\n2026-03-01,c1,5.00\n2026-03-01,c2,2.50\nTotal: Search,,5.00\nTotal: Account,,7.50\n"
    )
    box.land()
    assert (box.checks("failed"), box.total()) == ([], "7.5000")
