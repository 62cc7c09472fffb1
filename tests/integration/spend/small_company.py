"""A company small enough to compute by hand: two ad platforms, an agency, a ledger, two budget versions.

Its home currency is EUR. It is 10 February 2024. December is closed, January has ended, February runs and has 29 days.
"""

from __future__ import annotations

from typing import Any

from tests.support.landing import Rows

AS_OF = "2024-02-10"

SETTINGS: dict[str, Any] = {
    "as_of": AS_OF,
    "match_rules": [
        {"target": "channel", "value": "paid_search", "rule_no": 1, "label_pattern": "search%"},
        {"target": "channel", "value": "brand", "rule_no": 2, "campaign_pattern": "c2%"},
        {"target": "channel", "value": "b2b", "rule_no": 3, "platform_pattern": "linkedin"},
        {"target": "department", "value": "D2", "rule_no": 1, "platform_pattern": "linkedin"},
    ],
    "account_rules": [
        {"rule_no": 1, "account_pattern": "61%", "channel": "agency", "department_id": "D1"},
    ],
}


def _served(day: str, campaign: str, spend: str) -> dict[str, Any]:
    if campaign.startswith("c"):
        return _spend("google", "a1", campaign, day, spend, "EUR")
    return _spend("linkedin", "L1", campaign, day, spend, "USD")


def _spend(platform: str, account: str, campaign: str, day: str, spend: str, currency: str) -> dict[str, Any]:
    return {"platform": platform, "account_id": account, "campaign_id": campaign, "date_day": day, "spend": spend,
            "currency": currency}  # fmt: skip


def _posting(entry: str, day: str, account: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"entry_id": entry, "journal_id": f"J-{entry}", "posting_date": day, "account_id": account,
            "amount": amount, "currency": "EUR", "doc_type": "bill", "status": "posted"} | more  # fmt: skip


def _line(version: str, period: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"version_id": version, "period_id": period, "amount": amount} | more


DECEMBER = {"service_start": "2023-12-01", "service_end": "2023-12-31"}
JANUARY = {"service_start": "2024-01-01", "service_end": "2024-01-31"}

DELIVERY: Rows = {
    "platform_spend": [
        _served("2023-12-30", "c1", "8.00"),
        _served("2023-12-30", "l1", "10.00"),
        _served("2023-12-31", "l1", "20.00"),
        _served("2024-01-05", "c1", "10.00"),
        _served("2024-01-06", "c1", "20.00"),
        _served("2024-01-06", "c2", "5.00"),
        _served("2024-01-07", "l1", "12.50"),
        _served("2024-01-08", "l1", "25.00"),
        _served("2024-02-01", "c2", "5.00"),
        _served("2024-02-02", "l1", "12.50"),
        _served("2024-02-05", "c1", "12.00"),
        # Delivered after the run's date: not read.
        _served("2024-02-11", "c1", "99.00"),
    ],
    "platform_invoices": [
        {"invoice_id": "I1", "account_id": "a1", "service_month": "2024-01-01", "line_kind": "media",
         "amount": "34.00", "currency": "EUR"},
        {"invoice_id": "I1", "account_id": "a1", "service_month": "2024-01-01", "line_kind": "regulatory_fee",
         "amount": "2.00", "currency": "EUR"},
        {"invoice_id": "I2", "account_id": "L1", "service_month": "2023-12-01", "line_kind": "media",
         "amount": "30.00", "currency": "USD"},
    ],
    "campaigns": [
        {"platform": "google", "campaign_id": "c1", "name": "One", "channel": "Search", "department_id": "D1"},
    ],
    "fx_rates": [
        {"from_currency": "EUR", "to_currency": "USD", "date_day": "2023-12-29", "rate": "1.25"},
        {"from_currency": "EUR", "to_currency": "USD", "date_day": "2024-01-05", "rate": "1.25"},
        {"from_currency": "EUR", "to_currency": "USD", "date_day": "2024-01-30", "rate": "1.60"},
    ],
}  # fmt: skip

BOOKS: Rows = {
    "accounts": [
        {"account_id": "6000", "name": "Media", "class": "expense", "is_marketing": True, "spend_category": "media"},
        {"account_id": "6100", "name": "Agency", "class": "expense", "is_marketing": True,
         "spend_category": "agency_fee"},
        {"account_id": "6200", "name": "Duties", "class": "expense", "is_marketing": True,
         "spend_category": "tax_fee"},
        {"account_id": "1000", "name": "Bank", "class": "asset", "is_marketing": False},
    ],
    "vendors": [
        {"vendor_id": "V1", "name": "Google", "platform_account_ids": "a1|a2"},
        {"vendor_id": "V2", "name": "LinkedIn", "platform_account_ids": "L1"},
        {"vendor_id": "V3", "name": "Agency"},
        {"vendor_id": "V9", "name": "Agency, old record", "merged_into": "V3"},
    ],
    "ledger_entries": [
        _posting("E1", "2024-01-10", "6000", "7.50", vendor_id="V1", **DECEMBER),
        _posting("E2", "2024-01-11", "6000", "33.00", vendor_id="V2", amount_home="29.70", **DECEMBER)
        | {"currency": "USD"},
        _posting("E3", "2024-02-03", "6000", "36.00", vendor_id="V1", **JANUARY),
        _posting("E4", "2024-02-03", "6200", "1.10", vendor_id="V1", service_start="2024-01-31"),
        _posting("E5", "2024-01-31", "6000", "28.00", vendor_id="V2", doc_type="accrual", **JANUARY),
        _posting("E6", "2024-01-31", "6100", "100.00", vendor_id="V9", doc_type="accrual"),
        _posting("E7", "2024-02-01", "6100", "-100.00", vendor_id="V9", doc_type="journal",
                 reverses_journal_id="J-E6"),
        _posting("E8", "2024-02-05", "6100", "110.00", vendor_id="V9", **JANUARY),
        _posting("E9", "2024-02-05", "6000", "999.00", vendor_id="V3", status="draft"),
        _posting("E10", "2024-02-05", "1000", "-36.00", vendor_id="V1"),
    ],
    "fiscal_periods": [{"period_id": "2023-12", "status": "closed", "closed_at": "2024-01-20 12:00:00"}],
    "manual_spend": [
        {"spend_id": "M1", "spend_date": "2024-02-03", "amount": "50.00", "currency": "EUR", "vendor_id": "V3",
         "channel": "events", "department_id": "D2", "spend_category": "events", "state": "posted"},
        # The agency's bill E8, recorded before it was posted.
        {"spend_id": "M2", "spend_date": "2024-02-04", "amount": "110.00", "currency": "EUR", "vendor_id": "V3",
         "state": "posted"},
        {"spend_id": "M3", "spend_date": "2024-02-04", "amount": "70.00", "currency": "EUR", "vendor_id": "V3",
         "state": "pending"},
    ],
}  # fmt: skip

PLANS: Rows = {
    "budget_versions": [
        {"version_id": "B1", "kind": "original", "fiscal_year": "2024", "status": "approved",
         "approved_on": "2023-12-01", "currency": "EUR"},
        {"version_id": "B2", "kind": "revised", "fiscal_year": "2024", "status": "approved",
         "approved_on": "2024-02-05", "currency": "EUR", "effective_from": "2024-02-08"},
        {"version_id": "F1", "kind": "forecast", "fiscal_year": "2024", "status": "approved",
         "approved_on": "2024-02-05", "currency": "EUR"},
    ],
    "budget_lines": [
        _line("B1", "2024-02", "100.00", department_id="D1", channel="Search", account_id="6000"),
        _line("B1", "2024-02", "290.00", department_id="D1"),
        _line("B1", "2024-Q1", "91.00", department_id="D2", channel="b2b", phasing="whole_period"),
        _line("B1", "2024-P02", "40.00", department_id="D2", channel="events", phasing="milestone",
              milestone_date="2024-02-05"),
        _line("B1", "2024-P02", "60.00", department_id="D2", channel="events", phasing="milestone",
              milestone_date="2024-02-20"),
        _line("B1", "2024-02", "70.00", phasing="profile", profile_id="mondays"),
        _line("B2", "2024-02", "129.00", department_id="D1", channel="Search", account_id="6000"),
        _line("B2", "2024-02", "290.00", department_id="D1"),
        _line("B2", "2024-P02", "40.00", department_id="D2", channel="events", phasing="milestone",
              milestone_date="2024-02-05"),
        _line("B2", "2024-P02", "50.00", department_id="D2", channel="events", phasing="milestone",
              milestone_date="2024-02-20"),
        _line("F1", "2024-02", "5000.00", department_id="D1"),
    ],
    "budget_profiles": [{"profile_id": "mondays", "weekday": "Monday", "weight": "3"}],
    "departments": [
        {"department_id": "D1", "name": "Performance", "valid_from": "2023-01-01"},
        {"department_id": "D2", "name": "Events", "valid_from": "2023-01-01"},
    ],
}  # fmt: skip

COMPANY: Rows = {**DELIVERY, **BOOKS, **PLANS}
