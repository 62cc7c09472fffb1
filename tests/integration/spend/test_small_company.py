"""What each expenditure of the small company cost, worked out by hand from the documents in small_company.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.support.dbt_runs import build

Query = Callable[[str], list[dict[str, Any]]]


def _spend(query: Query, where: str) -> list[tuple[Any, ...]]:
    columns = "date_day, campaign_id, currency, amount_doc, amount, finality"
    found = query(f"select {columns} from marts.spend_daily where {where} order by date_day, campaign_id, amount")
    return [(str(row["date_day"]), *(str(value) for value in list(row.values())[1:])) for row in found]


def test_an_invoice_without_campaigns_is_divided_pro_rata_to_what_was_served(query: Query) -> None:
    # 34.00 on 10 : 20 : 5 of 35 is 9.714, 19.429, 4.857; the two cents left go to the largest remainders .9 and .7.
    assert _spend(query, "platform = 'google' and month(date_day) = 1") == [
        ("2024-01-05", "c1", "EUR", "9.7100", "9.71", "invoiced"),
        ("2024-01-06", "c1", "EUR", "19.4300", "19.43", "invoiced"),
        ("2024-01-06", "c2", "EUR", "4.8600", "4.86", "invoiced"),
    ]


def test_what_the_bill_holds_beyond_delivery_is_a_ledger_row_on_the_months_last_day(query: Query) -> None:
    # Posted 36.00, billed media 34.00: 2.00 of duty inside; 1.10 of duty on an account of its own.
    assert _spend(query, "origin = 'ledger' and vendor_id = 'V1' and date_day >= '2024-01-01'") == [
        ("2024-01-31", "(none)", "EUR", "1.1000", "1.10", "invoiced"),
        ("2024-01-31", "(none)", "EUR", "2.0000", "2.00", "invoiced"),
    ]


def test_a_closed_month_costs_what_the_ledger_booked_at_the_ledgers_rate(query: Query) -> None:
    # Google: served 8.00, posted 7.50. LinkedIn: 33.00 USD booked as 29.70 EUR, 0.90 a dollar: 30.00 USD of media are
    # 27.00 EUR, 9.00 and 18.00 by day; the other 3.00 USD are 2.70 EUR.
    assert _spend(query, "date_day < '2024-01-01'") == [
        ("2023-12-30", "c1", "EUR", "7.5000", "7.50", "closed"),
        ("2023-12-30", "l1", "USD", "10.0000", "9.00", "closed"),
        ("2023-12-31", "(none)", "USD", "3.0000", "2.70", "closed"),
        ("2023-12-31", "l1", "USD", "20.0000", "18.00", "closed"),
    ]


def test_delivery_without_a_bill_costs_what_was_served_at_the_last_known_rate(query: Query) -> None:
    # 1.25 of Friday 5 January serves the 7th and 8th: 12.50 and 25.00 USD are 10.00 and 20.00 EUR.
    # 1.60 of 30 January serves 2 February: 12.50 / 1.60 = 7.8125.
    assert _spend(query, "platform = 'linkedin' and date_day >= '2024-01-01'") == [
        ("2024-01-07", "l1", "USD", "12.5000", "10.00", "accrued"),
        ("2024-01-08", "l1", "USD", "25.0000", "20.00", "accrued"),
        ("2024-02-02", "l1", "USD", "12.5000", "7.81", "platform_only"),
    ]


def test_a_standing_accrual_is_the_ledgers_part_and_the_rest_is_ours(query: Query) -> None:
    # 28.00 accrued on 12.50 : 25.00 served: 9.33 and 18.67; 30.00 were delivered.
    found = query(
        "select ledger_amount, accrued_amount from marts.spend_daily "
        "where platform = 'linkedin' and month(date_day) = 1 and year(date_day) = 2024 order by date_day"
    )
    assert [tuple(row.values()) for row in found] == [
        (Decimal("9.33"), Decimal("0.67")),
        (Decimal("18.67"), Decimal("1.33")),
    ]


def test_an_accrual_and_its_reversal_leave_the_bill_spread_over_its_service(query: Query) -> None:
    # 110.00 on 31 days, cumulated: 3.548, 7.097, 10.645, 14.194 -> 3.55, 3.55, 3.55, 3.54; the old record is V3.
    found = query(
        "select date_day, amount from marts.spend_daily where vendor_id = 'V3' and origin = 'ledger' order by date_day"
    )
    assert len(found) == 31
    assert [str(row["amount"]) for row in found[:4]] == ["3.55", "3.55", "3.55", "3.54"]
    assert sum(row["amount"] for row in found) == Decimal("110.00")
    assert {row["date_day"].month for row in found} == {1}


def test_a_record_counts_until_the_ledger_holds_it(query: Query) -> None:
    # M1 is nowhere in the ledger, M2 is the agency's bill, M3 is pending.
    found = query("select * from marts.spend_daily where origin = 'manual'")
    assert [(row["date_day"], row["amount"], row["channel"], row["vendor_id"]) for row in found] == [
        (date(2024, 2, 3), Decimal("50.00"), "events", "V3")
    ]


def test_drafts_other_accounts_and_days_to_come_are_no_spend(query: Query) -> None:
    # December 37.20, January 34.00 + 2.00 + 1.10 + 30.00 + 110.00, February 5.00 + 7.81 + 12.00 + 50.00.
    total = query("select sum(amount) as total from marts.spend_daily")[0]["total"]
    assert total == Decimal("37.20") + Decimal("177.10") + Decimal("74.81")


def test_classes_come_from_the_campaign_then_the_rules_else_they_are_unmapped(query: Query) -> None:
    found = query("select distinct campaign_id, channel, department_id from marts.spend_daily order by all")
    classes = {(row["campaign_id"], row["channel"], row["department_id"]) for row in found}
    assert ("c1", "paid_search", "D1") in classes  # labelled "Search", which a rule renames; its own department
    assert ("c2", "brand", "unmapped") in classes  # by its id; nothing says a department
    assert ("l1", "b2b", "D2") in classes  # by its platform
    assert ("(none)", "agency", "D1") in classes  # by the account's rule


def test_the_unit_tests_beside_the_models_pass(small_company: Path) -> None:
    result = build(
        small_company / "landing",
        small_company / "warehouse.duckdb",
        "--select",
        "intermediate.shared,test_type:unit",
        "intermediate.spend,test_type:unit",
        "intermediate.budget,test_type:unit",
        command="test",
    )
    assert len(list(result.result or [])) >= 6
