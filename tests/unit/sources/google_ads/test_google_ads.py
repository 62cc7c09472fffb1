"""Google Ads: what its answers mean, and how an invoice becomes lines."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.classify import Head
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading
from outlay.sources.google_ads.campaigns import GoogleCampaigns
from outlay.sources.google_ads.classify import google_verdict
from outlay.sources.google_ads.invoices import GoogleInvoices
from outlay.sources.google_ads.spend import GoogleSpend

ACCOUNT = Account("412-884-9021", "Shop", "EUR", "Europe/Berlin")
API: Any = None  # parsing asks nothing


def failure(code: dict[str, str], status: str, scope: str | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"errorCode": code, "message": "Too many requests. Retry in 8962 seconds."}
    if scope:
        error["details"] = {"quotaErrorDetails": {"rateScope": scope, "retryDelay": "8962s"}}
    return {"error": {"status": status, "message": "no", "details": [{"errors": [error]}]}}


@pytest.mark.parametrize(
    ("status", "body", "kind", "wait", "scope"),
    [
        (200, [], "ok", None, "call"),
        (200, [{"results": [{"campaign": {"id": "1"}}]}], "ok", None, "call"),
        (429, [failure({"quotaError": "RESOURCE_EXHAUSTED"}, "RESOURCE_EXHAUSTED", "DEVELOPER")],
         "throttled", 8962, "credential"),
        (429, failure({"quotaError": "RESOURCE_EXHAUSTED"}, "RESOURCE_EXHAUSTED", "ACCOUNT"),
         "throttled", 8962, "call"),
        (429, [failure({"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"}, "RESOURCE_EXHAUSTED", "DEVELOPER")],
         "throttled", 8962, "call"),
        (401, [failure({"authenticationError": "OAUTH_TOKEN_EXPIRED"}, "UNAUTHENTICATED")],
         "unauthorized", None, "call"),
        (401, [failure({"authenticationError": "CUSTOMER_NOT_FOUND"}, "UNAUTHENTICATED")], "forbidden", None, "call"),
        (403, [failure({"authorizationError": "USER_PERMISSION_DENIED"}, "PERMISSION_DENIED")],
         "forbidden", None, "call"),
        (400, [failure({"queryError": "UNRECOGNIZED_FIELD"}, "INVALID_ARGUMENT")], "permanent", None, "call"),
        (500, [failure({"internalError": "INTERNAL_ERROR"}, "INTERNAL")], "transient", None, "call"),
        # A stream that fails behind its first rows has said 200 by then.
        (200, [{"results": []}, failure({"internalError": "TRANSIENT_ERROR"}, "INTERNAL")], "transient", None, "call"),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, body: Any, kind: str, wait: float | None, scope: str) -> None:
    encoded = json.dumps(body).encode()
    verdict = google_verdict(Head(status, {}, encoded, True, encoded[-100:]))
    assert (verdict.kind, verdict.wait, verdict.scope) == (kind, wait, scope)


def test_the_end_of_a_long_stream_is_looked_at() -> None:
    tail = json.dumps([failure({"internalError": "INTERNAL_ERROR"}, "INTERNAL")]).encode()
    tail = tail.replace(b'"details": [{', b'"details": [{"@type": "type.googleapis.com/x.GoogleAdsFailure", ')
    assert google_verdict(Head(200, {}, b'[{"results": [', False, tail)).kind == "transient"
    assert google_verdict(Head(200, {}, b'[{"results": [', False, b'"requestId": "x"}]')).kind == "ok"


def page(tmp_path: Path, document: Any, role: str = "rows") -> RawPage:
    body = tmp_path / f"{role}.json"
    body.write_text(json.dumps(document), encoding="utf-8")
    return RawPage("q", body, role)


def test_micros_become_units_and_what_is_left_out_is_zero(tmp_path: Path) -> None:
    found = [
        {"campaign": {"id": "1", "name": "DE"},
         "metrics": {"costMicros": "36150000", "clicks": "49", "conversions": 1.5}, "segments": {"date": "2026-01-02"}},
        {"campaign": {"id": "2"}, "metrics": {}, "segments": {"date": "2026-01-02"}},
    ]  # fmt: skip
    first, second = GoogleSpend(API).parse(page(tmp_path, [{"results": found}, {"fieldMask": "a"}]), ACCOUNT, Reading())
    assert first == {
        "platform": "google_ads", "account_id": "412-884-9021", "campaign_id": "1", "campaign_name": "DE",
        "date_day": date(2026, 1, 2), "spend": Decimal("36.15"), "currency": "EUR", "impressions": 0, "clicks": 49,
        "conversions": Decimal("1.5"), "conversions_value": Decimal(0), "account_time_zone": "Europe/Berlin",
    }  # fmt: skip
    assert (second["campaign_name"], second["spend"]) == (None, 0)


def test_a_campaign_without_an_end_has_none_in_either_version(tmp_path: Path) -> None:
    found = [
        {"campaign": {"id": "1", "name": "DE", "startDateTime": "2026-01-02 00:00:00",
                      "endDateTime": "2037-12-30 23:59:59", "status": "ENABLED"}},
        {"campaign": {"id": "2", "name": "AT", "startDate": "2026-01-02", "endDate": "2026-03-01"},
         "campaignBudget": {"amountMicros": "25000000"}},
        {"campaign": {"id": "3", "status": "REMOVED"}},
    ]  # fmt: skip
    rows = list(GoogleCampaigns(API).parse(page(tmp_path, [{"results": found}]), ACCOUNT, Reading()))
    assert [(row["campaign_id"], row["start_date"], row["end_date"], row["daily_budget"]) for row in rows] == [
        ("1", date(2026, 1, 2), None, None), ("2", date(2026, 1, 2), date(2026, 3, 1), Decimal(25)),
    ]  # fmt: skip


def budget(customer: str = "4128849021", **amounts: Any) -> dict[str, Any]:
    """served 61.91, of it 1.50 above the budget and not billed, 2.00 of December taken back: 58.41."""
    return {
        "customer": f"customers/{customer}", "purchaseOrderNumber": "PO-7", "servedAmountMicros": "61910000",
        "billedAmountMicros": "60410000", "overdeliveryAmountMicros": "-1500000",
        "invalidActivityAmountMicros": "-2000000", "subtotalAmountMicros": "58410000",
        "invalidActivitySummaries": [{"originalMonthOfService": "DECEMBER", "originalYearOfService": "2025",
                                      "originalInvoiceId": "111", "amountMicros": "-2000000"}],
    } | amounts  # fmt: skip


def invoice(*budgets: dict[str, Any], subtotal: str = "58410000", **more: Any) -> dict[str, Any]:
    return {
        "resourceName": "customers/4128849021/invoices/222", "id": "222", "issueDate": "2026-02-04",
        "serviceDateRange": {"startDate": "2026-01-01", "endDate": "2026-01-31"}, "currencyCode": "EUR",
        "subtotalAmountMicros": subtotal, "accountBudgetSummaries": list(budgets),
    } | more  # fmt: skip


def lines(tmp_path: Path, found: dict[str, Any], names: list[tuple[str, str]] = ()) -> list[dict[str, Any]]:  # type: ignore[assignment]
    connector = GoogleInvoices(API)
    campaigns = [{"results": [{"campaign": {"id": one, "name": name}} for one, name in names]}]
    assert list(connector.parse(page(tmp_path, campaigns, "campaigns"), ACCOUNT, Reading())) == []
    return [dict(row) for row in connector.parse(page(tmp_path, {"invoices": [found]}), ACCOUNT, Reading())]


def told(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["line_kind"], row["amount"], row.get("served_amount"), row.get("campaign_id")) for row in rows]


def test_an_invoice_becomes_what_was_served_and_what_is_taken_back(tmp_path: Path) -> None:
    rows = lines(tmp_path, invoice(budget()))
    assert told(rows) == [
        ("media", Decimal("61.91"), Decimal("61.91"), None),
        ("overdelivery_credit", Decimal("-1.5"), None, None),
        ("invalid_activity_credit", Decimal("-2"), None, None),
    ]
    assert sum(row["amount"] for row in rows) == Decimal("58.41")
    assert rows[2]["original_service_month"] == date(2025, 12, 1)
    assert rows[2]["original_invoice_id"] == "111"
    assert {(row["invoice_id"], row["service_month"], row["po_number"]) for row in rows} == {
        ("222", date(2026, 1, 1), "PO-7")
    }


def test_campaigns_are_found_by_their_name_where_it_is_theirs_alone(tmp_path: Path) -> None:
    costs = [{"campaignDescription": name, "amountMicros": amount}
             for name, amount in (("DE", "50000000"), ("AT", "10000000"), ("twice", "1910000"))]  # fmt: skip
    names = [("1", "DE"), ("2", "AT"), ("3", "twice"), ("4", "twice")]
    rows = lines(tmp_path, invoice(budget(campaignSummaries=costs)), names)
    assert told(rows)[:3] == [
        ("media", Decimal(50), Decimal(50), "1"),
        ("media", Decimal(10), Decimal(10), "2"),
        ("media", Decimal("1.91"), Decimal("1.91"), None),
    ]


def test_several_budgets_of_one_customer_are_one_line_a_kind(tmp_path: Path) -> None:
    rows = lines(tmp_path, invoice(budget(), budget(), budget(customer="999"), subtotal="175230000"))
    assert told(rows)[0] == ("media", Decimal("123.82"), Decimal("123.82"), None)
    assert [row["line_kind"] for row in rows] == ["media", "overdelivery_credit", "invalid_activity_credit"]


@pytest.mark.parametrize(
    ("subtotal", "duties", "adjustments", "expected"),
    [
        ("61330000", "2920000", "0", {"regulatory_fee": Decimal("2.92")}),  # duties inside the subtotal
        ("58410000", "2920000", "0", {"regulatory_fee": Decimal("2.92")}),  # or beside it
        ("57410000", "0", "-1000000", {"adjustment": Decimal(-1)}),
        ("58410000", "0", "-2000000", {}),  # the budgets' credit told once more
    ],
)
def test_what_stands_beside_the_budgets_is_a_line_of_its_own(
    tmp_path: Path, subtotal: str, duties: str, adjustments: str, expected: dict[str, Decimal]
) -> None:
    more = {"regulatoryCostsSubtotalAmountMicros": duties, "adjustmentsSubtotalAmountMicros": adjustments}
    rows = lines(tmp_path, invoice(budget(), subtotal=subtotal, **more))
    assert {row["line_kind"]: row["amount"] for row in rows[3:]} == expected


def test_an_invoice_whose_parts_do_not_add_up_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="subtotalAmountMicros: expected the sum of its parts"):
        lines(tmp_path, invoice(budget(), subtotal="99000000"))


def test_an_invoice_that_does_not_say_what_it_is_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="subtotalAmountMicros: expected the sum of its parts"):
        lines(tmp_path, invoice())
    only_duties = invoice(subtotal="2920000", regulatoryCostsSubtotalAmountMicros="2920000")
    assert told(lines(tmp_path, only_duties)) == [("regulatory_fee", Decimal("2.92"), None, None)]
