"""A ledger kept in a database: what is landed is what stands there, whenever it was committed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.protocol import Reading
from tests.support.sql_box import Base, SqlBox, sql_box

TABLE = (
    "create table journal (line_id integer primary key, journal varchar(20), booked_on date, account varchar(20), "
    "amount {money}, ccy char(3), changed_at {instant})"
)
SOURCE = """
entity = "ledger_entries"
start = 2026-01-15
restatement_days = 5
time_zone = "UTC"
options = { table = "journal", cursor = "changed_at" }
[sources.src.columns]
entry_id = "line_id"
journal_id = "journal"
posting_date = "booked_on"
account_id = "account"
currency = "ccy"
"""
# By hand: January 100.10 + 200.20, of which the 14th lies before the start; February -50.05; March 7.0001.
ROWS = [
    (1, "j1", "2026-01-14", "6100", "999.99", "EUR", "2026-01-14 10:00:00"),
    (2, "j1", "2026-01-15", "6100", "100.10", "EUR", "2026-01-15 10:00:00"),
    (3, "j2", "2026-01-31", "6100", "200.20", "EUR", "2026-01-31 23:59:59"),
    (4, "j3", "2026-02-01", "6200", "-50.05", "EUR", "2026-02-01 00:00:00"),
    (5, "j4", "2026-03-31", "6200", "7.0001", "EUR", "2026-03-31 12:00:00"),
]
AS_OF = date(2026, 4, 10)


@pytest.fixture
def box(tmp_path: Path, base: Base, monkeypatch: pytest.MonkeyPatch) -> SqlBox:
    base.run(TABLE)
    base.fill("journal", ROWS)
    return sql_box(tmp_path, base, monkeypatch, SOURCE)


def months(box: SqlBox) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for day, amount in box.rows("posting_date, amount"):
        totals[f"{day:%Y-%m}"] = totals.get(f"{day:%Y-%m}", Decimal(0)) + amount
    return totals


EXPECTED = {"2026-01": Decimal("300.3000"), "2026-02": Decimal("-50.0500"), "2026-03": Decimal("7.0001")}


def test_months_are_landed_to_the_cent(box: SqlBox) -> None:
    fetched, landed = box.run(AS_OF)
    assert fetched.fetched == ["all/2026-01", "all/2026-02", "all/2026-03", "all/2026-04"]
    assert (months(box), box.failures(), landed.rows_quarantined) == (EXPECTED, [], 0)
    assert box.rows("entry_id, journal_id, account_id, currency", "entry_id")[0] == ("2", "j1", "6100", "EUR")
    assert str(box.rows("source_updated_at", "entry_id")[1][0]) == "2026-01-31 23:59:59"


def test_what_did_not_change_is_not_fetched_again(box: SqlBox) -> None:
    box.run(AS_OF)
    fetched, landed = box.run(AS_OF)
    assert (fetched.fetched, fetched.changed, landed.changed) == (["all/2026-04"], [], [])


def test_an_older_month_is_fetched_again_when_a_row_of_it_changed_or_came_or_went(box: SqlBox) -> None:
    box.run(AS_OF)
    box.base.run("update journal set amount = 101.11, changed_at = '2026-04-10 09:00:00' where line_id = 2")
    assert box.run(AS_OF)[0].changed == ["all/2026-01"]
    assert months(box) == EXPECTED | {"2026-01": Decimal("301.3100")}

    box.base.run("delete from journal where line_id = 4")
    assert box.run(AS_OF)[0].changed == ["all/2026-02"]
    assert "2026-02" not in months(box)

    box.base.run("insert into journal values (6, 'j5', '2026-02-28', '6200', 12.34, 'EUR', '2026-02-28 08:00:00')")
    assert box.run(AS_OF)[0].changed == ["all/2026-02"]
    assert months(box) == EXPECTED | {"2026-01": Decimal("301.3100"), "2026-02": Decimal("12.3400")}
    assert box.failures() == []


def test_a_row_that_moves_to_another_month_is_in_one_of_them(box: SqlBox) -> None:
    box.run(AS_OF)
    box.base.run("update journal set booked_on = '2026-02-27', changed_at = '2026-04-10 09:00:00' where line_id = 3")
    assert box.run(AS_OF)[0].changed == ["all/2026-01", "all/2026-02"]
    # 300.30 - 200.20, and -50.05 + 200.20
    assert months(box) == EXPECTED | {"2026-01": Decimal("100.1000"), "2026-02": Decimal("150.1500")}


def test_a_change_that_is_committed_late_is_seen_although_a_later_one_was_read(box: SqlBox) -> None:
    if box.base.kind == "sqlite":
        pytest.skip("SQLite has one writer at a time: nothing can commit out of order")
    box.run(AS_OF)
    with box.base.session() as late:
        late("update journal set amount = 111.10, changed_at = '2026-04-10 08:00:00' where line_id = 2")
        late("insert into journal values (7, 'j7', '2026-01-20', '6100', 1.00, 'EUR', '2026-04-10 08:00:00')")
        box.base.run("update journal set amount = 200.30, changed_at = '2026-04-10 09:00:00' where line_id = 3")
        assert box.run(AS_OF)[0].changed == ["all/2026-01"]
        assert months(box)["2026-01"] == Decimal("300.4000")  # 100.10 + 200.30
    # Committed now, stamped an hour before what was read.
    assert box.run(AS_OF)[0].changed == ["all/2026-01"]
    assert months(box)["2026-01"] == Decimal("312.4000")  # 111.10 + 200.30 + 1.00


def test_a_late_update_alone_moves_neither_the_count_nor_the_latest_change(box: SqlBox) -> None:
    box.base.run("update journal set changed_at = '2026-04-10 09:00:00' where line_id = 3")
    box.run(AS_OF)
    box.base.run("update journal set account = '6999', changed_at = '2026-04-10 08:00:00' where line_id = 2")
    assert box.run(AS_OF)[0].changed == ["all/2026-01"]
    assert box.rows("account_id", "entry_id")[0] == ("6999",)


def test_inside_the_restatement_window_rows_are_read_whatever_the_cursor_says(box: SqlBox) -> None:
    box.base.run("insert into journal values (8, 'j8', '2026-04-09', '6200', 5.00, 'EUR', '2026-04-09 08:00:00')")
    box.run(AS_OF)
    box.base.run("update journal set account = '6300' where line_id = 8")
    box.run(AS_OF)
    assert box.rows("account_id", "entry_id")[-1] == ("6300",)


def test_a_restated_day_and_a_day_that_becomes_empty(box: SqlBox) -> None:
    box.base.run("insert into journal values (8, 'j8', '2026-04-08', '6200', 5.00, 'EUR', '2026-04-08 08:00:00')")
    box.base.run("insert into journal values (9, 'j9', '2026-04-09', '6200', 6.00, 'EUR', '2026-04-09 08:00:00')")
    box.run(AS_OF)
    assert months(box)["2026-04"] == Decimal("11.0000")
    box.base.run("delete from journal where line_id = 8", "update journal set amount = 6.50 where line_id = 9")
    box.run(AS_OF)
    assert box.rows("posting_date, amount", "entry_id")[-1] == (date(2026, 4, 9), Decimal("6.5000"))
    assert months(box)["2026-04"] == Decimal("6.5000")
    box.base.run("delete from journal where line_id = 9")
    box.run(AS_OF)
    assert "2026-04" not in months(box)
    assert box.failures() == []


def test_all_months_of_a_run_are_read_in_one_state(
    box: SqlBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outlay.sources.sql.pages.ROWS_A_PAGE", 1)
    source = box.source()
    source.factory.chain.begin(tmp_path)
    connector = source.connector
    account = connector.describe("all")
    pages = connector.fetch(account, date(2026, 1, 15), date(2026, 1, 31))
    first = next(pages)
    # Between two pages somebody moves a row to February, deletes another and books a third.
    box.base.run(
        "update journal set booked_on = '2026-02-27' where line_id = 3",
        "delete from journal where line_id = 4",
        "insert into journal values (6, 'j6', '2026-01-20', '6200', 12.34, 'EUR', '2026-04-10 08:00:00')",
    )
    rows = [row for page in [first, *pages] for row in connector.parse(page, account, Reading())]
    assert [(row["entry_id"], row["amount"]) for row in rows] == [("2", Decimal("100.10")), ("3", Decimal("200.20"))]
    january = connector.control_total(account, date(2026, 1, 15), date(2026, 1, 31))
    assert january == {date(2026, 1, 15): Decimal("100.1"), date(2026, 1, 31): Decimal("200.2")}
    february = connector.fetch(account, date(2026, 2, 1), date(2026, 2, 28))
    rows = [row for page in february for row in connector.parse(page, account, Reading())]
    assert [(row["entry_id"], row["amount"]) for row in rows] == [("4", Decimal("-50.05"))]
    source.factory.close()


def test_a_renamed_column_stops_the_source_and_replaces_nothing(box: SqlBox) -> None:
    box.run(AS_OF)
    box.base.run("alter table journal rename column amount to amount_doc")
    with pytest.raises(FetchError, match=r"^src: amount: no column amount in the database; .*renamed to amount_doc\?"):
        box.refresh(AS_OF)
    assert months(box) == EXPECTED


def test_money_that_became_a_binary_fraction_stops_the_source(box: SqlBox) -> None:
    box.run(AS_OF)
    box.base.run(
        "create table retyped (line_id integer primary key, journal varchar(20), booked_on date, account varchar(20), "
        "amount {real}, ccy char(3), changed_at {instant})",
        "insert into retyped select * from journal",
        "drop table journal",
        "alter table retyped rename to journal",
    )
    with pytest.raises(FetchError, match=r"^src: amount: column amount is \w+ in the database; binary fractions"):
        box.refresh(AS_OF)
    assert months(box) == EXPECTED


def test_rows_without_a_day_are_not_left_out_silently(box: SqlBox) -> None:
    box.base.run("insert into journal values (6, 'j6', null, '6200', 12.34, 'EUR', '2026-04-10 08:00:00')")
    with pytest.raises(FetchError, match="1 rows have no posting_date"):
        box.refresh(AS_OF)


def test_equal_answers_are_equal_bytes(box: SqlBox) -> None:
    box.run(AS_OF)
    files = {path: path.read_bytes() for path in box.landing.rglob("*.zip")}
    # Rewritten rows lie in another order in the table.
    box.base.run("update journal set account = account where line_id < 3")
    assert box.source().refresh(AS_OF, full=True).changed == []
    assert {path: path.read_bytes() for path in box.landing.rglob("*.zip")} == files
