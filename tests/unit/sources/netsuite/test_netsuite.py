"""NetSuite: total order, offsets, the cap, signed requests, a company's own columns."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.company import CompanyError
from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.fetched.oauth1 import OAuth1
from outlay.sources.fetched.protocol import Account, Reading
from outlay.sources.netsuite.connector import NetSuite
from outlay.sources.netsuite.queries import Query
from tests.fakes.platforms.netsuite_tables import custom_columns
from tests.unit.sources.books_asking import Open, page_of, sums

LEDGER = [
    "entry_id", "journal_id", "posting_date", "account_id", "amount", "currency", "amount_home", "fx_rate",
    "department_id", "campaign_id", "vendor_id", "doc_type", "doc_id", "memo", "status",
]  # fmt: skip
HOME_BY_ACCOUNT = {
    "1576": "22.80",
    "1600": "-212.80",
    "1800": "-0.50",
    "4600": "98.25",
    "4610": "90.00",
    "4920": "2.25",
}


class TestLedger:
    def test_home_amounts_sum_by_account(self, open_books: Open) -> None:
        rows = open_books("netsuite").rows()
        assert len(rows) == 13
        assert sums(rows, "account_id", "amount_home") == {
            account: Decimal(total) for account, total in HOME_BY_ACCOUNT.items()
        }

    def test_a_line_in_another_currency_has_both_amounts(self, open_books: Open) -> None:
        line = next(row for row in open_books("netsuite").rows() if row["entry_id"] == "J2-1")
        assert (line["amount"], line["currency"], line["amount_home"], line["fx_rate"]) == (
            Decimal("100.00"), "USD", Decimal("90.00"), Decimal("0.90"),
        )  # fmt: skip

    def test_columns_that_are_left_out_are_null(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        line = next(row for row in asked.rows() if row["entry_id"] == "J3-1")
        written = next(
            item for item in json.loads(asked.pages[0].body.read_text())["items"] if item["entry_id"] == "J3-1"
        )
        assert "vendor_id" not in written
        assert line["vendor_id"] is None
        assert written["amount"] == ".50"
        assert line["amount"] == Decimal("0.50")

    def test_own_columns_give_the_ledger_as_the_company_keeps_it(self, open_books: Open) -> None:
        asked = open_books("netsuite", columns=custom_columns("ledger_entries", LEDGER), posted_only=False)
        asked.world.tables["ledger_entries"][0]["status"] = "draft"
        rows = [{name: row[name] for name in LEDGER} for row in asked.rows()]
        assert rows == [{name: row[name] for name in LEDGER} for row in asked.world.tables["ledger_entries"]]

    def test_what_is_not_posted_is_left_out(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        for row in asked.world.tables["ledger_entries"]:
            if row["journal_id"] == "J5":
                row["status"] = "draft"
        assert {row["journal_id"] for row in asked.rows()} == {"J1", "J2", "J3", "J4", "J6"}

    def test_a_field_that_the_account_lacks_is_named(self, open_books: Open) -> None:
        asked = open_books("netsuite", columns=["channel = tl.kanal"])
        with pytest.raises(FetchError, match=r"Field 'tl\.kanal' was not found"):
            asked.rows()

    @pytest.mark.parametrize("stated", [["campaign = tl.x"], ["campaign_id"], "campaign_id = "])
    def test_columns_that_cannot_be_used_are_told(self, open_books: Open, stated: Any) -> None:
        with pytest.raises(CompanyError, match=r"sources\.netsuite\.options\.columns"):
            open_books("netsuite", columns=stated)

    def test_a_revaluation_is_in_home_currency(self, tmp_path: Path) -> None:
        connector = NetSuite(Query("ledger_entries"), client_for=lambda account: None, source="ns")  # type: ignore[arg-type, return-value]
        item = {"entry_id": "1-1", "journal_id": "1", "posting_date": "2026-01-31", "account_id": "4840",
                "currency": "USD", "amount_home": "-3.21", "doc_type": "FxReval"}  # fmt: skip
        (row,) = connector.parse(page_of({"items": [item]}, tmp_path), Account("1", currency="EUR"), Reading())
        assert (row["amount"], row["currency"], row["amount_home"]) == (Decimal("-3.21"), "EUR", Decimal("-3.21"))
        with pytest.raises(SchemaError, match="amount"):
            list(
                connector.parse(
                    page_of({"items": [item | {"doc_type": "VendBill"}]}, tmp_path), Account("1"), Reading()
                )
            )


class TestPaging:
    def test_thousands_of_lines_come_once_each(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        line = asked.world.tables["ledger_entries"][0]
        asked.world.tables["ledger_entries"] = [
            line | {"entry_id": f"B{number:04d}-{side}", "journal_id": f"B{number:04d}",
                    "amount": Decimal(amount), "amount_home": Decimal(amount)}
            for number in range(1200) for side, amount in ((1, 7), (2, -7))
        ]  # fmt: skip
        rows = asked.rows()
        assert len({row["entry_id"] for row in rows}) == len(rows) == 2400
        assert [one.query for one in asked.world.asked("netsuite", "rows")] == [
            "limit=1000&offset=0", "limit=1000&offset=1000", "limit=1000&offset=2000",
        ]  # fmt: skip

    def test_beyond_the_cap_days_are_asked_apart(self, open_books: Open) -> None:
        asked = open_books("netsuite", row_cap=6)
        asked.world.switches["netsuite_row_cap"] = 6
        rows = asked.rows()
        # 13 rows in four days are too many, 7 in two days too: 30 January has 5, the 31st 2, both of February 6.
        assert asked.asked("rows") == 5
        assert len(asked.pages) == 3
        assert sums(rows, "account_id", "amount_home")["4600"] == Decimal("98.25")

    def test_a_day_beyond_the_cap_is_told(self, open_books: Open) -> None:
        asked = open_books("netsuite", row_cap=4)
        with pytest.raises(FetchError, match=r"2026-01-30: 5 rows, of which NetSuite gives out 4; .*subsidiary"):
            asked.rows()

    def test_fewer_rows_than_counted_are_refused(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        asked.fault("lost_row")
        with pytest.raises(FetchError, match="counts 13 rows and gave 12"):
            asked.rows()

    def test_rows_that_come_in_between_have_all_read_again(self, tmp_path: Path) -> None:
        counts = iter([3, 4, 4, 4])

        class Moving:
            """The second page is of a table that has grown."""

            asked = 0

            def post(self, path: str, *, params: dict[str, int], **request: Any) -> Answer:
                Moving.asked += 1
                first = params["offset"] == 0
                items = [{"entry_id": f"{params['offset']}-{line}", "currency": "EUR"} for line in (1, 2)]
                body = tmp_path / f"{Moving.asked}.json"
                body.write_text(json.dumps({"items": items, "hasMore": first, "totalResults": next(counts)}))
                return Answer(200, {}, body, "test")

        connector = NetSuite(Query("ledger_entries"), client_for=lambda account: Moving(), source="ns")  # type: ignore[arg-type, return-value]
        pages = list(connector.fetch(Account("1"), date(2026, 1, 1), date(2026, 1, 31)))
        assert [page.body.name for page in pages] == ["3.json", "4.json"]

    def test_the_control_total_is_zero_on_each_day(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        assert asked.control() == {
            date(2026, 1, 30): 0, date(2026, 1, 31): 0, date(2026, 2, 1): 0, date(2026, 2, 2): 0,
        }  # fmt: skip
        asked.world.tables["ledger_entries"].pop()
        assert asked.control()[date(2026, 1, 30)] == Decimal("7.00")


class TestOtherTables:
    def test_accounts_have_a_class(self, open_books: Open) -> None:
        rows = open_books("netsuite", "accounts", columns=["is_marketing = a.custrecord_is_marketing"]).rows()
        assert {row["account_id"]: row["class"] for row in rows} == {
            "1576": "asset", "1600": "liability", "1800": "asset", "4600": "expense", "4610": "expense",
            "4920": "expense", "8400": "income",
        }  # fmt: skip

    def test_vendors(self, open_books: Open) -> None:
        rows = open_books("netsuite", "vendors").rows()
        assert [(row["vendor_id"], row["name"], row["tax_id"], row["currency"]) for row in rows] == [
            ("V1", "Google Ireland", "IE6388047V", "EUR"), ("V2", "LinkedIn", None, "USD"),
        ]  # fmt: skip


class TestAnswers:
    def test_a_throttle_waits_as_told(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        asked.fault("throttle", wait=7)
        assert len(asked.rows()) == 13
        assert 7.0 in asked.waits

    def test_too_large_a_result_is_asked_in_halves(self, open_books: Open) -> None:
        asked = open_books("netsuite")
        asked.fault("too_much_data")
        assert len(asked.rows()) == 13
        assert len(asked.pages) == 2


class TestSignature:
    def test_no_two_requests_are_signed_alike(self) -> None:
        auth = OAuth1("1_SB1", "key", "secret", "token", "token secret")
        url = "https://1.suitetalk.api.netsuite.com/services/rest/query/v1/suiteql?limit=1000&offset=0"
        signed = {auth.headers("POST", url, ask=lambda *asked: {})["Authorization"] for _ in range(3)}
        assert len(signed) == 3
        for header in signed:
            assert header.startswith('OAuth realm="1_SB1", ')
            assert 'oauth_signature_method="HMAC-SHA256"' in header
            assert "secret" not in header.replace("oauth_signature", "")
        assert not auth.refresh()
