"""A company of four days around a month's end. Its sums are stated in the tests that use it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
_CURRENCY = {"linkedin_ads": "USD"}

# platform, account, campaign, name, then of each day: spend/impressions/clicks/conversions/value; `.` for nothing.
_SPEND = """
google_ads 111-222-3333 9001 DE_BRD_Core      10.00/100/10/1/50.00  12.50/110/11/.5/25.00 20.01/200/20/2/100.00 5.25/50/5/./.
google_ads 111-222-3333 9002 DE_NBS_Tents     1.10/11/1/./.         .                     3.30/33/3/./.         0.07/1/././.
google_ads 444-555-6666 9101 DE_SHP_All       30.00/300/30/3/90.00  31.00/310/31/3/90.00  32.00/320/32/3/90.00  33.00/330/33/3/90.00
meta_ads   700100200300 8001 DE_SOC_Lookalike 14.35/185/9/1/129.00  15.00/190/9/./.       16.65/200/10/2/258.00 17.00/210/11/1/129.00
meta_ads   700100200300 8002 DE_RTG_Basket    4.00/40/4/./.         4.10/41/4/./.         .                     4.30/43/4/./.
linkedin_ads 508000001  7001 DE_B2B_Schools   20.94/190/10/1/10.00  21.00/191/10/./.      22.06/192/11/./.      23.00/193/11/2/20.00
linkedin_ads 508000001  7002 DE_B2B_Clubs     .                     1.25/10/1/./.         1.50/11/1/./.         1.75/12/1/./.
tiktok_ads 7200000001   6001 DE_SOC_Creators  20.00/4696/51/5/200.00 18.00/4000/45/4/160.00 16.00/3900/44/4/160.00 14.00/3500/40/./.
tiktok_ads 7200000001   6002 DE_VID_TopView   7.77/900/7/./.        .                     .                     8.88/950/8/1/40.00
microsoft_ads 180000001 5001 DE_BRD_Core-MS   3.33/33/3/1/60.00     4.44/44/4/./.         5.55/55/5/1/60.00     6.66/66/6/./.
microsoft_ads 180000001 5002 DE_DSP_Prospects 1.01/101/1/./.        1.02/102/1/./.        1.03/103/1/./.        .
"""  # noqa: E501
DAYS = (date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 2))

# Business days only: 31 January and 1 February 2026 are a weekend.
_RATES = {
    date(2026, 1, 29): {"USD": "1.0925", "GBP": "0.85710", "JPY": "161.20"},
    date(2026, 1, 30): {"USD": "1.0931", "GBP": "0.85725", "JPY": "161.45"},
    date(2026, 2, 2): {"USD": "1.0899", "GBP": "0.85801", "JPY": "160.98"},
}


def small_tables() -> dict[str, list[Row]]:
    spend = [row for line in _SPEND.strip().splitlines() for row in _campaign(line.split())]
    names = {(row["platform"], row["campaign_id"]): row["campaign_name"] for row in spend}
    return {
        "platform_spend": spend,
        "campaigns": [
            {
                "platform": platform,
                "campaign_id": campaign,
                "name": name,
                "status": "enabled",
                "start_date": date(2025, 9, 3),
                "end_date": None,
                "daily_budget": Decimal("25.00"),
                "objective": "sales",
            }
            for (platform, campaign), name in names.items()
        ],
        "platform_invoices": _invoices(),
        "fx_rates": [
            {"from_currency": "EUR", "to_currency": currency, "date_day": day, "rate": Decimal(rate),
             "rate_type": "spot"}
            for day, rates in _RATES.items() for currency, rate in rates.items()
        ],
    }  # fmt: skip


def _campaign(words: list[str]) -> list[Row]:
    platform, account, campaign, name, *days = words
    rows = []
    for day, told in zip(DAYS, days, strict=True):
        if told == ".":
            continue
        spend, impressions, clicks, conversions, value = told.split("/")
        rows.append(
            {
                "platform": platform,
                "account_id": account,
                "campaign_id": campaign,
                "campaign_name": name,
                "date_day": day,
                "spend": Decimal(spend),
                "currency": _CURRENCY.get(platform, "EUR"),
                "impressions": int(impressions),
                "clicks": 0 if clicks == "." else int(clicks),
                "conversions": Decimal(0) if conversions == "." else Decimal(conversions),
                "conversions_value": Decimal(0) if value == "." else Decimal(value),
            }
        )
    return rows


def _invoices() -> list[Row]:
    """Google's January bill of the first account: served 23.60, of which 0.50 above the budget are not billed."""
    lines = [
        ("media", "23.60", "23.60", None),
        ("overdelivery_credit", "-0.50", None, None),
        ("invalid_activity_credit", "-2.00", None, date(2025, 12, 1)),
        ("regulatory_fee", "1.18", None, None),
    ]
    return [
        {
            "invoice_id": "B-GGL-202601-3333",
            "account_id": "111-222-3333",
            "service_month": date(2026, 1, 1),
            "line_kind": kind,
            "amount": Decimal(amount),
            "currency": "EUR",
            "invoice_number": "GGL-202601-3333",
            "invoice_date": date(2026, 2, 4),
            "served_amount": Decimal(served) if served else None,
            "campaign_id": None,
            "original_invoice_id": "B-GGL-202512-3333" if original else None,
            "original_service_month": original,
            "po_number": None,
        }
        for kind, amount, served, original in lines
    ]
