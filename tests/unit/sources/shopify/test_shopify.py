"""Shopify: orders by cursor within the shop's days, points, money of shop and customer, refunds."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.errors import AccessError, FetchError, SchemaError
from outlay.sources.fetched.protocol import Account, Reading
from tests.fakes.platforms.shopify import detail_columns
from tests.unit.sources.books_asking import Open, page_of

JANUARY = (date(2026, 1, 30), date(2026, 1, 31))
FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))


def total(rows: list[dict[str, Any]], column: str = "revenue") -> Decimal:
    return sum((row[column] for row in rows), Decimal(0))


class TestOrders:
    def test_days_are_the_shops(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        # O2 is of 23:30 on 31 January in Berlin; O3 of half past midnight, in UTC still January.
        assert total(asked.rows(*JANUARY)) == Decimal("150.50")
        assert total(asked.rows(*FEBRUARY)) == Decimal("29.99")
        assert "2026-02-01T00:00:00+01:00" in asked.pages[0].request

    def test_who_bought_and_for_the_first_time(self, open_books: Open) -> None:
        rows = {row["conversion_id"]: row for row in open_books("shopify", "conversions").rows()}
        assert {key: (row["user_id"], row["customer_id"], row["is_first"]) for key, row in rows.items()} == {
            "O1": ("K1", "K1", True), "O2": ("K1", "K1", False), "O3": ("K2", "K2", True),
            "O4": ("order-O4", None, None),
        }  # fmt: skip
        assert rows["O1"]["order_id"] == "#O1"
        assert rows["O1"]["converted_at"] == datetime(2026, 1, 30, 10, 0, tzinfo=UTC)

    def test_details_of_the_storefront_become_columns(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions", columns=detail_columns(), money="presentment")
        names = ("conversion_id", "user_id", "conversion_type", "revenue", "currency", "margin", "is_first",
                 "customer_id", "order_id", "converted_at")  # fmt: skip
        kept = [tuple(row[name] for name in names) for row in asked.world.tables["conversions"]]
        assert [tuple(row.get(name) for name in names) for row in asked.rows()] == kept

    def test_the_shop_books_its_own_currency(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.world.switches["shopify_rates"] = {"USD": "0.90"}
        paid = open_books("shopify", "conversions", money="presentment").rows(*FEBRUARY)
        assert [(row["revenue"], row["currency"]) for row in asked.rows(*FEBRUARY)] == [
            (Decimal("18.00"), "EUR"), (Decimal("9.99"), "EUR"),
        ]  # fmt: skip
        assert (paid[0]["revenue"], paid[0]["currency"]) == (Decimal("20.00"), "USD")

    def test_revenue_without_tax(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions", revenue="without_tax")
        asked.world.switches["shopify_tax_rate"] = "0.25"
        # 100.00 hold 20.00 of tax, 50.50 hold 10.10.
        assert [row["revenue"] for row in asked.rows(*JANUARY)] == [Decimal("80.00"), Decimal("40.40")]
        refunds = open_books("shopify", "refunds", revenue="without_tax").rows()
        assert refunds[0]["amount"] == Decimal("32.00")

    def test_tests_and_orders_never_paid_are_no_conversions(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.world.switches |= {"shopify_test_orders": ["O1"], "shopify_statuses": {"O2": "VOIDED", "O3": "PENDING"}}
        assert [row["conversion_id"] for row in asked.rows()] == ["O3", "O4"]

    def test_a_detail_that_does_not_fit_is_told(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions", columns=["margin = outlay_user_id"])
        with pytest.raises(SchemaError, match="customAttributes for margin: expected a value of type money"):
            asked.rows()


class TestPaging:
    def test_cursors_lead_through_all_orders(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions", page_size=1)
        rows = asked.rows()
        assert [row["conversion_id"] for row in rows] == ["O1", "O2", "O3", "O4"]
        assert total(rows) == Decimal("180.49")
        assert asked.asked("rows") == 4

    def test_a_query_that_costs_too_much_asks_for_fewer_orders(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.world.switches["shopify_most_points"] = 20  # 2, and 8 an order: two orders
        assert total(asked.rows()) == Decimal("180.49")
        # Pages of 50, 25, 12, 6 and 3 are refused, one of 1 is not.
        assert asked.asked("rows") == 5 + 4

    def test_one_order_that_costs_too_much_is_told(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.world.switches["shopify_most_points"] = 5
        with pytest.raises(FetchError, match="a single order costs too much"):
            asked.rows()

    def test_fewer_orders_than_counted_are_refused(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.fault("lost_row")
        with pytest.raises(FetchError, match="counts 4 orders and gave 3"):
            asked.rows()

    def test_an_order_that_came_twice_does_not_hide_one_that_never_came(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions", page_size=2)
        asked.fault("repeated_row", step="rows")
        asked.fault("lost_row", step="rows", at=2)
        with pytest.raises(FetchError, match="counts 4 orders and gave 3"):
            asked.rows()

    def test_a_throttle_waits_until_the_points_are_there(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.fault("throttle", step="rows")
        asked.fault("throttle", step="rows", at=2, wait=11)
        assert len(asked.rows()) == 4
        # 300 points are missing, then 1,100; 100 come back each second.
        assert asked.waits == [3.0, 11.0]

    def test_the_token_stands_in_no_page(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.rows()
        assert b"canary" not in b"".join(page.body.read_bytes() + page.request.encode() for page in asked.pages)


class TestRefunds:
    def test_refunds_are_positive_and_name_their_order(self, open_books: Open) -> None:
        asked = open_books("shopify", "refunds", money="presentment")
        assert [(row["refund_id"], row["conversion_id"], row["amount"], row["currency"]) for row in asked.rows()] == [
            ("R1", "O1", Decimal("40.00"), "EUR"), ("R2", "O3", Decimal("20.00"), "USD"),
        ]  # fmt: skip

    def test_a_refund_of_an_old_order_is_found(self, open_books: Open) -> None:
        asked = open_books("shopify", "refunds")
        asked.world.tables["conversions"][0]["converted_at"] = datetime(2025, 6, 1, tzinfo=UTC)
        assert [row["refund_id"] for row in asked.rows()] == ["R1", "R2"]

    def test_more_refunds_than_can_be_listed_are_told(self, open_books: Open, tmp_path: Path) -> None:
        asked = open_books("shopify", "refunds")
        asked.rows()
        order = json.loads(asked.pages[0].body.read_text())["data"]["orders"]["nodes"][0]
        order["refunds"] *= 100
        page = page_of({"data": {"orders": {"nodes": [order]}}}, tmp_path)
        with pytest.raises(SchemaError, match="fewer than 100 refunds"):
            list(asked.connector.parse(page, Account("shop"), Reading()))


class TestPermission:
    def test_a_token_for_recent_orders_only_is_told(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions")
        asked.world.switches["shopify_scopes"] = ["read_orders"]
        with pytest.raises(AccessError, match=r"read_all_orders.*recent_only"):
            asked.account()
        assert open_books("shopify", "conversions", recent_only=True).account().time_zone == "Europe/Berlin"

    def test_the_fakes_cursor_is_opaque(self, open_books: Open) -> None:
        asked = open_books("shopify", "conversions", page_size=3)
        asked.rows()
        cursor = json.loads(asked.pages[0].body.read_text())["data"]["orders"]["pageInfo"]["endCursor"]
        assert base64.b64decode(cursor) == b"3"
