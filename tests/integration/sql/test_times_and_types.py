# ruff: noqa: DTZ001 - landed instants are UTC and bear no offset
"""What a database's own types become: instants on the company's day, exact decimals, texts as they stand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.sql_box import Base, sql_box

CONVERSIONS = """
entity = "conversions"
start = 2026-01-01
restatement_days = 1
options = {{ {options} }}
"""
# The company is in Berlin: an hour ahead of UTC in winter, two from 29 March on.
BERLIN = [
    ("c1", datetime(2026, 1, 31, 22, 59, 59), date(2026, 1, 31)),
    ("c2", datetime(2026, 1, 31, 23, 0, 0), date(2026, 2, 1)),
    ("c3", datetime(2026, 2, 28, 22, 59, 59), date(2026, 2, 28)),
    ("c4", datetime(2026, 3, 31, 21, 59, 59), date(2026, 3, 31)),
    ("c5", datetime(2026, 3, 31, 22, 0, 0), date(2026, 4, 1)),
]


def test_an_instant_lies_on_the_companys_day(tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    base.run(
        "create table orders (conversion_id varchar(9), user_id varchar(9), converted_at {instant}, revenue {money}, "
        "currency char(3))"
    )
    base.fill("orders", [(key, "u", str(utc), "1.25", "EUR") for key, utc, _ in BERLIN])
    toml = CONVERSIONS.format(options='table = "orders"')
    # SQLite and the like keep times without an offset; what zone they are in, company.toml says.
    box = sql_box(tmp_path, base, monkeypatch, toml + 'time_zone = "UTC"')
    fetched, _ = box.run(date(2026, 4, 30))
    assert (fetched.fetched, box.failures()) == ([f"all/2026-0{month}" for month in (1, 2, 3, 4)], [])
    assert box.rows("conversion_id, converted_at, day", "conversion_id") == BERLIN


def test_a_local_time_is_read_in_the_zone_that_company_toml_states(
    tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    naive = {"sqlite": "datetime", "postgres": "timestamp", "mysql": "datetime(6)"}[base.kind]
    base.run(
        f"create table orders (conversion_id varchar(9), user_id varchar(9), converted_at {naive}, revenue {{money}}, "
        "currency char(3))"
    )
    # New York is five hours behind UTC in winter: seven in the evening there is one in the morning in Berlin.
    base.fill(
        "orders",
        [
            ("c1", "u", "2026-01-31 17:59:59.999999", "1.00", "EUR"),
            ("c2", "u", "2026-01-31 18:00:00.000001", "2.00", "EUR"),
            # The hour that came twice, on 1 November: read as the second.
            ("c3", "u", "2026-11-01 01:30:00", "4.00", "EUR"),
        ],
    )
    toml = CONVERSIONS.format(options='table = "orders"') + 'time_zone = "America/New_York"'
    box = sql_box(tmp_path, base, monkeypatch, toml)
    box.run(date(2026, 11, 30))
    assert box.failures() == []
    assert box.rows("conversion_id, converted_at, day, revenue", "conversion_id") == [
        ("c1", datetime(2026, 1, 31, 22, 59, 59, 999999), date(2026, 1, 31), Decimal("1.0000")),
        ("c2", datetime(2026, 1, 31, 23, 0, 0, 1), date(2026, 2, 1), Decimal("2.0000")),
        ("c3", datetime(2026, 11, 1, 6, 30), date(2026, 11, 1), Decimal("4.0000")),
    ]


def test_a_posting_date_kept_as_a_time_is_that_date(
    tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    naive = {"sqlite": "datetime", "postgres": "timestamp", "mysql": "datetime"}[base.kind]
    base.run(
        f"create table journal (entry_id integer, journal_id integer, posting_date {naive}, account_id integer, "
        "amount integer)"
    )
    base.fill("journal", [(1, 1, "2026-01-31 23:59:59", 6100, 1050), (2, 1, "2026-02-01 00:00:00", 6100, 2000)])
    box = sql_box(
        tmp_path,
        base,
        monkeypatch,
        'entity = "ledger_entries"\nstart = 2026-01-01\noptions = { table = "journal" }\ncurrency = "EUR"\n'
        "[sources.src.columns]\namount = { from = 'amount', divide_by = 100, negate = true }",
    )
    box.run(date(2026, 2, 28))
    assert box.failures() == []
    assert box.rows("entry_id, posting_date, amount, currency, account_id", "entry_id") == [
        ("1", date(2026, 1, 31), Decimal("-10.5000"), "EUR", "6100"),
        ("2", date(2026, 2, 1), Decimal("-20.0000"), "EUR", "6100"),
    ]


def test_a_query_with_debit_and_credit_and_a_percent_sign(
    tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.run(
        "create table journal_lines (id varchar(9), booked date, account varchar(9), debit {money}, credit {money}, "
        "note {text})"
    )
    base.fill(
        "journal_lines",
        [
            ("1", "2026-01-01", "6100", "100.10", None, "10% off: it's ök"),
            ("2", "2026-01-01", "6100", None, "0.10", None),
            ("3", "2026-01-01", "1200", "1000", None, "not ours"),
        ],
    )
    toml = '''
entity = "ledger_entries"
start = 2026-01-01
[sources.src.options]
query = """
  select id, id as journal_id, booked as posting_date, account as account_id, debit, credit, note, 'x' as extra
  from journal_lines where account like '6%' -- what is left is not ours: a comment
"""
[sources.src.columns]
entry_id = "id"
amount = { debit = "debit", credit = "credit" }
currency = { constant = "EUR" }
memo = { from = "note", default = "(none)" }
'''
    box = sql_box(tmp_path, base, monkeypatch, toml)
    _, landed = box.run(date(2026, 1, 31))
    assert box.rows("entry_id, amount, memo", "entry_id") == [
        ("1", Decimal("100.1000"), "10% off: it's ök"),
        ("2", Decimal("-0.1000"), "(none)"),
    ]
    assert box.failures() == []
    assert [problem.check for problem in landed.problems] == ["fields_known"]  # extra, which nothing is mapped to


def test_undated_entities_are_read_whole(tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    base.run("create table ledger_accounts (account_id char(8), name {text}, class {text}, is_marketing boolean)")
    base.fill("ledger_accounts", [("6100", "Médias", "expense", True), ("6200", "Agency", "expense", False)])
    box = sql_box(tmp_path, base, monkeypatch, 'entity = "accounts"\noptions = { table = "ledger_accounts" }')
    box.run(date(2026, 1, 31))
    columns = "account_id, name, is_marketing"
    assert box.rows(columns) == [("6100", "Médias", True), ("6200", "Agency", False)]
    base.run("delete from ledger_accounts where account_id = '6100'")
    fetched, _ = box.run(date(2026, 2, 1))
    assert (fetched.changed, box.rows(columns)) == (["all/all"], [("6200", "Agency", False)])


def test_a_value_of_the_wrong_kind_refuses_the_delivery(
    tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    base.run("create table vendors (vendor_id {text}, name {text}, currency {text})")
    base.fill("vendors", [("v1", "One", "EUR"), ("v2", "Two", "euro")])
    box = sql_box(tmp_path, base, monkeypatch, 'entity = "vendors"\noptions = { table = "vendors" }')
    box.run(date(2026, 1, 31))
    assert len(box.failures()) == 1
    assert "field currency: expected an ISO 4217 currency code, found 'euro'" in box.failures()[0]
