"""What company.toml may say of a database, and how mistakes in it are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from outlay.company import CompanyError
from outlay.sources.fetched.errors import AccessError, FetchError, SecretError
from tests.support.sql_box import VARIABLE, SqlBox, sql_box, sqlite_base

AS_OF = date(2026, 1, 31)
LEDGER = 'entity = "ledger_entries"\nstart = 2026-01-01\n'


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlBox:
    base = sqlite_base(tmp_path / "ledger.db")
    base.run(
        "create table vendors (vendor_id text, name text)",
        "create table journal (entry_id text, journal_id text, posting_date date, account_id text, amount text, "
        "currency text, note text)",
        "insert into vendors values ('v1', 'One')",
        "insert into journal values ('1', 'j', '2026-01-05', '6100', '0.1', 'EUR', 'x')",
        "insert into journal values ('2', 'j', '2026-01-05', '6100', '0.2', 'EUR', 'x')",
    )
    return sql_box(tmp_path, base, monkeypatch, 'entity = "vendors"\noptions = { table = "vendors" }')


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('entity = "vendors"', "options: state either table or query"),
        ('entity = "vendors"\noptions = { table = "a", query = "select 1" }', "options: state either table or query"),
        ('entity = "vendors"\noptions = { table = ["a"] }', "options.table: expected text"),
        ('entity = "vendors"\noptions = { table = "a..b" }', "options.table: 'a..b' is no name of a table"),
        ('entity = "vendors"\noptions = { tabel = "a" }', "options.tabel: unknown key; did you mean table?"),
        ('entity = "vendors"\naccounts = ["a"]\noptions = { table = "a" }', "accounts: a database is read as one"),
        ('entity = "ledger_entries"\noptions = { table = "journal" }', "start: missing"),
        (
            LEDGER + 'options = { table = "journal" }\n[sources.src.columns]\nmemo = { template = "{a} {b}" }',
            "columns.memo.template: kind sql does not read this; say it in options.query",
        ),
        (
            LEDGER + 'options = { table = "journal" }\n[sources.src.columns]\n'
            'amount = { from = "amount", values = { x = "1" } }',
            "columns.amount.values: kind sql does not read this",
        ),
    ],
)
def test_mistakes_are_told_before_the_database_is_asked(box: SqlBox, toml: str, message: str) -> None:
    box.state(toml)
    with pytest.raises(CompanyError) as error:
        box.refresh(AS_OF)
    assert f"sources.src.{message}" in str(error.value)


def test_a_missing_address_is_named_and_landing_needs_none(box: SqlBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.refresh(AS_OF)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(SecretError, match=f"the environment variable {VARIABLE} is not set"):
        box.refresh(AS_OF)


@pytest.mark.parametrize(
    "address", ["canary", "canary@host", "oracle://u:canary@h/d", "postgresql://u:canary@h:port/d"]
)
def test_an_address_that_is_none_is_not_repeated(box: SqlBox, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv(VARIABLE, address)
    with pytest.raises(FetchError) as error:
        box.refresh(AS_OF)
    assert f"the environment variable {VARIABLE} is no address of a database that can be read" in str(error.value)
    assert "canary" not in str(error.value)


def test_a_database_file_that_is_not_there_is_not_made(
    box: SqlBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/gone.db")
    with pytest.raises(AccessError, match=r"gone\.db: unable to open database file; check the path"):
        box.refresh(AS_OF)
    assert not (tmp_path / "gone.db").exists()


def test_a_path_begins_at_the_companys_folder(box: SqlBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sqlite:///../ledger.db")
    box.run(AS_OF)
    assert box.rows("vendor_id, name") == [("v1", "One")]


def test_a_table_that_is_not_there(box: SqlBox) -> None:
    box.state('entity = "vendors"\noptions = { table = "vendor" }')
    with pytest.raises(AccessError, match=r"no such table: \S*vendor; check table or query in company\.toml"):
        box.refresh(AS_OF)


def test_amounts_kept_as_text_are_summed_exactly(box: SqlBox) -> None:
    box.state(LEDGER + 'options = { table = "journal" }')
    box.run(AS_OF)
    assert box.failures() == []
    assert box.rows("amount") == [(Decimal("0.1000"),), (Decimal("0.2000"),)]
    source = box.source()
    account = source.connector.describe("all")
    # Binary fractions would give 0.30000000000000004.
    total = source.connector.control_total(account, date(2026, 1, 1), AS_OF)
    assert total == {date(2026, 1, 5): Decimal("0.3")}
    source.factory.close()


def test_of_a_table_nothing_is_taken_that_nobody_asked_for(box: SqlBox, tmp_path: Path) -> None:
    box.state(LEDGER + 'options = { table = "journal" }')
    source = box.source()
    source.factory.chain.begin(tmp_path)
    account = source.connector.describe("all")
    pages = list(source.connector.fetch(account, date(2026, 1, 1), AS_OF))
    lines = pages[0].body.read_text(encoding="utf-8").splitlines()
    assert "note" not in lines[0]
    assert lines[1:] == [
        '["1","j","2026-01-05","6100","0.1","EUR"]',
        '["2","j","2026-01-05","6100","0.2","EUR"]',
    ]
    source.factory.close()


def test_a_newly_mapped_column_is_fetched_for_older_months_too(box: SqlBox) -> None:
    table = LEDGER + 'restatement_days = 1\noptions = { table = "journal" }\n'
    box.state(table)
    box.run(AS_OF)
    assert box.run(date(2026, 2, 28))[0].fetched == ["all/2026-02"]
    box.state(table + '[sources.src.columns]\nmemo = "note"')
    fetched, _ = box.run(date(2026, 2, 28))
    assert sorted(fetched.fetched) == ["all/2026-01", "all/2026-02"]
    assert box.rows("memo") == [("x",), ("x",)]
    # What was fetched before could not be read as mapped now; that is told once.
    assert all("no column note" in failure for failure in box.failures())
    assert box.run(date(2026, 2, 28))[0].changed == []
    assert (box.failures(), box.rows("memo")) == ([], [("x",), ("x",)])


def test_rows_finer_than_the_grain_are_told_apart_by_their_row_key(box: SqlBox) -> None:
    box.base.run("update journal set entry_id = '1', note = amount")
    box.state(LEDGER + 'row_key = ["note"]\noptions = { table = "journal" }')
    box.run(AS_OF)
    assert (box.rows("entry_id, row_key"), box.failures()) == ([("1", "0.1"), ("1", "0.2")], [])
