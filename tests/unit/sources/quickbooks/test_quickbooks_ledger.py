"""QuickBooks: the General Ledger report with its nested sections, keys and home currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading
from outlay.sources.quickbooks.report import Dimensions, read_report
from tests.unit.sources.books_asking import Open, page_of, sums

# Titles are in another language and the columns in another order than asked for.
COLUMNS = ["credit_amt", "debt_amt", "txn_type", "memo", "tx_date", "account_num"]


def report(*rows: dict[str, Any], columns: list[str] | None = None) -> dict[str, Any]:
    keys = COLUMNS if columns is None else columns
    return {
        "Header": {"ReportName": "GeneralLedger", "Currency": "CHF"},
        "Columns": {
            "Column": [
                {"ColTitle": f"Titel {key}", "ColType": "x", "MetaData": [{"Name": "ColKey", "Value": key}]}
                for key in keys
            ]
        },
        "Rows": {"Row": list(rows)},
    }


def data(*values: str, id_: str = "41") -> dict[str, Any]:
    cells: list[dict[str, Any]] = [{"value": value} for value in values]
    if id_:
        cells[2]["id"] = id_
    return {"type": "Data", "ColData": cells}


def section(name: str, *rows: dict[str, Any], total: tuple[str, str] = ("", "")) -> dict[str, Any]:
    summary = [{"value": total[0]}, {"value": total[1]}, *({"value": ""} for _ in COLUMNS[2:])]
    header = [{"value": name, "id": f"id-{name}"}, *({"value": ""} for _ in COLUMNS[1:])]
    whole: dict[str, Any] = {"type": "Section", "Summary": {"ColData": summary}}
    return whole | ({"Header": {"ColData": header}, "Rows": {"Row": list(rows)}} if rows else {})


def read(page: RawPage, by_number: bool = True) -> list[dict[str, Any]]:
    account = Account("1", currency="CHF")
    return [dict(row) for row in read_report(page.body, account, Dimensions(by_number=by_number), Reading())]


class TestReport:
    def test_columns_are_found_by_key_in_sections_within_sections(self, tmp_path: Path) -> None:
        inner = section(
            "Werbung online",
            data("", "", "", "", "Anfangssaldo", "", id_=""),
            data("", "12.50", "Bill", "Januar", "2026-01-15", "6001"),
            data("2.50", "", "Vendor Credit", "", "2026-01-16", "6001", id_="42"),
            total=("2.50", "12.50"),
        )
        outer = section("Werbung", inner, data("", ".50", "Expense", "", "2026-01-20", "6000", id_="43"))
        rows = read(page_of(report(outer, section("Leer")), tmp_path))
        assert [(row["entry_id"], row["account_id"], row["amount_home"], row["doc_type"]) for row in rows] == [
            ("bill-41-6001-1", "6001", Decimal("12.50"), "bill"),
            ("vendor_credit-42-6001-1", "6001", Decimal("-2.50"), "bill_credit"),
            ("expense-43-6000-1", "6000", Decimal("0.50"), "expense"),
        ]
        assert {row["currency"] for row in rows} == {"CHF"}
        assert [row["posting_date"].day for row in rows] == [15, 16, 20]

    def test_two_lines_of_one_bill_on_one_account_stay_two(self, tmp_path: Path) -> None:
        line = data("", "1.00", "Bill", "", "2026-01-15", "")
        rows = read(page_of(report(section("Werbung", line, line, total=("", "2.00"))), tmp_path))
        assert [row["entry_id"] for row in rows] == ["bill-41-id-Werbung-1", "bill-41-id-Werbung-2"]

    def test_a_total_that_is_not_that_of_its_rows_is_refused(self, tmp_path: Path) -> None:
        line = data("", "1.00", "Bill", "", "2026-01-15", "6000")
        page = page_of(report(section("Werbung", line, total=("", "2.00"))), tmp_path)
        with pytest.raises(FetchError, match=r"rows of Werbung add up to 1\.00 in debt_amt, its total says 2\.00"):
            read(page)

    def test_only_a_total_with_figures_means_lost_rows(self, tmp_path: Path) -> None:
        with pytest.raises(FetchError, match="add up to 0"):
            read(page_of(report(section("Werbung", total=("", "2.00"))), tmp_path))

    @pytest.mark.parametrize(
        ("rows", "columns", "told"),
        [
            ([], ["tx_date", "txn_type", "credit_amt"], "a column debt_amt"),
            ([data("", "1", "Bill", "", "15.01.2026", "1")], None, "tx_date"),
            ([data("", "1", "Bill", "", "2026-01-15", "1", id_="")], None, "the id of a transaction"),
            ([data("", "1,50", "Bill", "", "2026-01-15", "1")], None, "an amount as text"),
            ([{"type": "Data", "ColData": [{"value": "1"}]}], None, "6 cells"),
        ],
    )
    def test_what_is_not_as_declared_is_named(
        self, tmp_path: Path, rows: list[dict[str, Any]], columns: list[str] | None, told: str
    ) -> None:
        with pytest.raises(SchemaError, match=told):
            read(page_of(report(*rows, columns=columns), tmp_path))


class TestLedger:
    def test_home_amounts_sum_by_account(self, open_books: Open) -> None:
        rows = open_books("quickbooks").rows()
        assert len(rows) == 13
        assert sums(rows, "account_id", "amount_home") == {
            "1576": Decimal("22.80"), "1600": Decimal("-212.80"), "1800": Decimal("-0.50"), "4600": Decimal("98.25"),
            "4610": Decimal("90.00"), "4920": Decimal("2.25"),
        }  # fmt: skip
        assert {row["vendor_id"] for row in rows if row["doc_type"] == "bill_credit"} == {"V1"}

    def test_a_month_begins_without_the_balance_brought_forward(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.world.switches["quickbooks_parents"] = {"4600": "4000", "4610": "4000"}
        rows = asked.rows(date(2026, 2, 1), date(2026, 2, 2))
        assert "Anfangssaldo" in asked.pages[0].body.read_text()
        assert sums(rows, "account_id")["4600"] == Decimal("-14.75")
        assert len(rows) == 6

    def test_a_company_with_several_currencies_is_asked_for_home_amounts(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.world.switches["quickbooks_multicurrency"] = True
        line = next(row for row in asked.rows() if row["account_id"] == "4610")
        assert (line["amount"], line["currency"], line["amount_home"], line["fx_rate"]) == (
            Decimal("100.00"), "USD", Decimal("90.00"), Decimal("0.90"),
        )  # fmt: skip
        assert "debt_home_amt" in asked.world.asked("quickbooks", "report")[0].query

    def test_home_amounts_stand_where_the_others_are_empty(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.world.switches |= {"quickbooks_multicurrency": True, "quickbooks_document_amounts": False}
        line = next(row for row in asked.rows() if row["account_id"] == "4610")
        assert (line["amount"], line["currency"], line["amount_home"]) == (Decimal("90.00"), "EUR", Decimal("90.00"))

    def test_one_of_several_currencies_needs_no_home_columns(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.rows()
        assert "debt_home_amt" not in asked.world.asked("quickbooks", "report")[0].query

    def test_a_report_that_is_too_large_is_asked_by_fewer_days(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        # 10 columns: four days have 130 cells, two of January 70, two of February 110 with balances brought forward.
        asked.world.switches["quickbooks_cell_limit"] = 100
        rows = asked.rows()
        assert len(rows) == 13
        assert asked.asked("report") == 5
        assert [page.request for page in asked.pages] == [
            "GeneralLedger 2026-01-30..2026-01-31",
            "GeneralLedger 2026-02-01..2026-02-01",
            "GeneralLedger 2026-02-02..2026-02-02",
        ]

    def test_a_day_that_is_too_large_is_told(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.world.switches["quickbooks_cell_limit"] = 10
        with pytest.raises(FetchError, match="a single day is too large"):
            asked.rows()

    def test_a_refusal_as_too_large_is_halved_too(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.fault("too_much_data", step="report")
        assert len(asked.rows()) == 13
        assert len(asked.pages) == 2

    def test_a_lost_row_does_not_add_up(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.fault("lost_row", step="report")
        with pytest.raises(FetchError, match="rows of Telephone add up to"):
            asked.rows()

    def test_every_day_sums_to_zero(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        assert set(asked.control().values()) == {Decimal(0)}
        assert sums(asked.rows(), "posting_date", "amount_home") == asked.control()

    def test_classes_mean_what_the_company_says(self, open_books: Open) -> None:
        rows = open_books("quickbooks", class_is="channel", account_ids="id").rows()
        assert all("department_id" not in row for row in rows)
        assert sums(rows, "channel", "amount_home")["D2"] == Decimal("97.00")

    def test_a_throttle_without_a_wait_is_a_minute(self, open_books: Open) -> None:
        asked = open_books("quickbooks")
        asked.fault("throttle", step="report")
        asked.rows()
        assert 60.0 in asked.waits
