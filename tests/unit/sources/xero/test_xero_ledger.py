"""Xero: journals by number, reversals dated in the past, journals in balance, limits by the day."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.errors import AccessError, QuotaError, SchemaError
from outlay.sources.fetched.protocol import Account, Reading
from outlay.sources.xero.journals import journal_rows
from outlay.sources.xero.values import Naming, xero_day, xero_moment
from tests.unit.sources.books_asking import Open, page_of, sums
from tests.unit.sources.conformance.books_cases import reverse_bill


def journal(*nets: str, **more: Any) -> dict[str, Any]:
    lines = [
        {"JournalLineID": f"l{number}", "AccountID": f"a{number}", "AccountCode": "610", "NetAmount": Decimal(net)}
        for number, net in enumerate(nets)
    ]
    return {
        "JournalID": "j", "JournalDate": "/Date(1539993600000+0000)/", "JournalNumber": 7,
        "JournalLines": lines, **more,
    }  # fmt: skip


def read(found: dict[str, Any], start: date | None = None) -> list[dict[str, Any]]:
    account = Account("1", currency="NZD")
    return [dict(row) for row in journal_rows(found, account, Naming(), {}, start, Reading())]


class TestMoments:
    @pytest.mark.parametrize(
        ("written", "day"),
        [
            # 1,539,993,600 s are 17,824 days: 48 years of 365 days, 12 leap days, 292 days.
            ("/Date(1539993600000+0000)/", date(2018, 10, 20)),
            ("/Date(1540079999999)/", date(2018, 10, 20)),
            ("/Date(1540080000000+1300)/", date(2018, 10, 21)),
            ("/Date(-86400000+0000)/", date(1969, 12, 31)),
        ],
    )
    def test_milliseconds_are_days_in_utc(self, written: str, day: date) -> None:
        assert xero_day(written) == day

    def test_a_moment_keeps_its_milliseconds(self) -> None:
        assert xero_moment("/Date(1540080000250+0000)/") == datetime(2018, 10, 21, 0, 0, 0, 250000, tzinfo=UTC)

    @pytest.mark.parametrize("written", ["2018-10-20", "/Date()/", 1539993600000, None])
    def test_anything_else_is_refused(self, written: Any) -> None:
        with pytest.raises(ValueError, match=re.escape(str(written))):
            xero_day(written)


class TestJournals:
    def test_lines_are_in_base_currency(self) -> None:
        rows = read(journal("40.10", "6.02", "-46.12", SourceType="ACCPAY", SourceID="bill-1"))
        assert [row["amount"] for row in rows] == [Decimal("40.10"), Decimal("6.02"), Decimal("-46.12")]
        assert {(row["currency"], row["doc_type"], row["doc_id"], row["posting_date"]) for row in rows} == {
            ("NZD", "bill", "bill-1", date(2018, 10, 20))
        }

    def test_a_journal_out_of_balance_has_lost_a_line(self) -> None:
        with pytest.raises(
            SchemaError, match=r"NetAmount of journal 7: expected lines that sum to zero, found '40\.10'"
        ):
            read(journal("40.10"))

    def test_a_journal_before_the_start_is_left_out(self) -> None:
        assert read(journal("1.00", "-1.00"), start=date(2018, 10, 21)) == []
        assert len(read(journal("1.00", "-1.00"), start=date(2018, 10, 20))) == 2

    def test_a_bank_account_without_a_code_has_its_id(self) -> None:
        found = journal("1.00", "-1.00")
        del found["JournalLines"][1]["AccountCode"]
        assert [row["account_id"] for row in read(found)] == ["610", "a1"]

    def test_no_lines_is_no_journal(self) -> None:
        with pytest.raises(SchemaError, match="JournalLines of journal 7"):
            read(journal() | {"JournalLines": None})


class TestLedger:
    def test_net_amounts_sum_by_account(self, open_books: Open) -> None:
        rows = open_books("xero").rows()
        assert len(rows) == 13
        assert sums(rows, "account_id") == {
            "1576": Decimal("22.80"), "1600": Decimal("-212.80"), "1800": Decimal("-0.50"), "4600": Decimal("98.25"),
            "4610": Decimal("90.00"), "4920": Decimal("2.25"),
        }  # fmt: skip

    def test_the_offset_is_the_last_journals_number(self, open_books: Open) -> None:
        asked = open_books("xero", ledger_vendors=False, after_journal=1)
        asked.world.switches["xero_journal_page"] = 2
        rows = asked.rows()
        assert [one.query.split("&")[0] for one in asked.world.asked("xero", "rows")] == [
            "offset=1", "offset=3", "offset=5", "offset=6",
        ]  # fmt: skip
        assert len(rows) == 10  # without the three lines of the first journal

    def test_an_edit_reverses_and_posts_anew_in_the_past(self, open_books: Open) -> None:
        asked = open_books("xero")
        before = asked.rows()
        reverse_bill(asked.world)
        rows = asked.rows()
        # 120.00 - 120.00 + 120.00 of the bill, -7.00 of another journal of that day.
        assert sum(
            row["amount"] for row in rows if (row["account_id"], row["posting_date"]) == ("4600", date(2026, 1, 30))
        ) == Decimal("113.00")
        assert rows[: len(before)] == before
        assert len(rows) == len(before) + 6

    def test_lines_name_the_vendor_of_their_bill(self, open_books: Open) -> None:
        rows = open_books("xero").rows()
        assert {row["journal_id"]: row["vendor_id"] for row in rows} == {
            "J1": "V1", "J2": "V2", "J3": None, "J4": "V1", "J5": None, "J6": None,
        }  # fmt: skip
        assert {row["doc_id"] for row in rows if row["journal_id"] == "J4"} == {"C1"}

    def test_vendors_can_be_left_out(self, open_books: Open) -> None:
        asked = open_books("xero", ledger_vendors=False)
        assert {row["vendor_id"] for row in asked.rows()} == {None}
        assert asked.asked("list") == 0

    def test_vendors_of_another_delivery_are_forgotten(self, open_books: Open, tmp_path: Path) -> None:
        asked = open_books("xero")
        asked.rows()
        page = page_of({"Invoices": []}, tmp_path, "Invoices-first")
        assert list(asked.connector.parse(page, Account("1"), Reading())) == []
        journals = next(page for page in asked.pages if page.role == "rows")
        rows = asked.connector.parse(journals, Account("1", currency="EUR"), Reading())
        assert {row["vendor_id"] for row in rows} == {None}

    def test_tracking_categories_become_columns(self, open_books: Open) -> None:
        asked = open_books("xero", tracking=["department_id = Department", "campaign_id = Campaign"])
        rows = asked.rows()
        found = {row["entry_id"]: (row.get("department_id"), row.get("campaign_id")) for row in rows}
        assert (found["J1-1"], found["J2-1"], found["J3-1"], found["J3-2"]) == (
            ("D1", "9001"), ("D2", "7001"), ("D1", None), (None, None),
        )  # fmt: skip

    def test_a_lost_line_is_refused(self, open_books: Open) -> None:
        asked = open_books("xero", ledger_vendors=False)
        asked.fault("lost_row", step="rows")
        with pytest.raises(SchemaError, match="lines that sum to zero"):
            asked.rows()

    def test_every_page_is_kept_as_it_came(self, open_books: Open) -> None:
        asked = open_books("xero", ledger_vendors=False)
        asked.rows()
        first, last = asked.pages
        assert [len(json.loads(page.body.read_text())["Journals"]) for page in (first, last)] == [6, 0]


class TestAnswers:
    def test_the_limit_of_a_minute_is_waited_for(self, open_books: Open) -> None:
        asked = open_books("xero")
        asked.fault("throttle", step="rows")
        assert len(asked.rows()) == 13
        assert 30.0 in asked.waits

    def test_the_limit_of_a_day_is_not(self, open_books: Open) -> None:
        asked = open_books("xero")
        asked.fault("throttle", step="rows", detail="day")
        with pytest.raises(QuotaError, match=r"the limit by day is reached.*retry after 66975 s") as error:
            asked.rows()
        assert error.value.retry_after == 66_975
        assert sum(asked.waits) < 30

    def test_journals_need_a_tier(self, open_books: Open) -> None:
        asked = open_books("xero")
        asked.world.switches["xero_journals_tier"] = False
        with pytest.raises(AccessError, match="Advanced tier"):
            asked.rows()

    def test_a_custom_connection_needs_no_refresh_token(self, open_books: Open) -> None:
        names = {"client_id": "XERO_CLIENT_ID", "client_secret": "XERO_CLIENT_SECRET"}
        asked = open_books("xero", keys={"credentials": names})
        asked.world.credentials["xero"].pop("refresh_token")
        assert len(asked.rows()) == 13
