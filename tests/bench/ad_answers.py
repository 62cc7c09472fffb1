"""Answers of the ad platforms with as many rows as asked for, in pages as large as their connectors get them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

# Role, suffix and content of each page of one delivery.
Pages = Iterator[tuple[str, str, bytes]]
FIRST = date(2026, 1, 1)
DAYS = 31


def campaign_days() -> Iterator[tuple[date, int]]:
    """Every campaign on every day, so that no key comes twice."""
    campaign = 1000
    while True:
        for number in range(DAYS):
            yield FIRST + timedelta(days=number), campaign
        campaign += 1


def google_row(random: Random, day: date, campaign: int) -> dict[str, Any]:
    """One row of searchStream."""
    return {
        "campaign": {
            "resourceName": f"customers/4128849021/campaigns/{campaign}",
            "id": str(campaign),
            "name": f"DE_NBS_Zelte für Gruppe {campaign}",
        },
        "metrics": {
            "clicks": str(random.randrange(500)),
            "costMicros": str(random.randrange(10**5) * 10_000),
            "impressions": str(random.randrange(10**5)),
            "conversions": round(random.random() * 9, 2),
            "conversionsValue": round(random.random() * 900, 2),
        },
        "segments": {"date": day.isoformat()},
    }


def google(rows: int) -> Pages:
    random = Random(7)
    batches = [
        {"results": batch, "fieldMask": "campaign.id", "requestId": "bench"}
        for batch in cut((google_row(random, *one) for one in islice(campaign_days(), rows)), 10_000)
    ]
    yield "rows", ".json", as_json(batches)


def meta(rows: int) -> Pages:
    random = Random(7)
    for page in cut((_meta_row(random, *one) for one in islice(campaign_days(), rows)), 500):
        cursors = {"cursors": {"before": "MTAx", "after": "MjAy"}, "next": "https://graph.facebook.com/next"}
        yield "rows", ".json", as_json({"data": page, "paging": cursors})


def _meta_row(random: Random, day: date, campaign: int) -> dict[str, Any]:
    return {
        "account_id": "1048826390417755",
        "account_currency": "EUR",
        "campaign_id": str(campaign),
        "campaign_name": f"DE_SOC_Lookalike {campaign}",
        "date_start": day.isoformat(),
        "date_stop": day.isoformat(),
        "spend": f"{random.randrange(10**5) / 100:.2f}",
        "impressions": str(random.randrange(10**5)),
        "inline_link_clicks": str(random.randrange(500)),
        "actions": [
            {"action_type": "link_click", "value": str(random.randrange(99))},
            {"action_type": "purchase", "value": str(random.randrange(9))},
        ],
        "action_values": [{"action_type": "purchase", "value": f"{random.randrange(90000) / 100:.2f}"}],
    }


def linkedin(rows: int) -> Pages:
    random = Random(7)
    every = list(islice(campaign_days(), rows))
    names = sorted({campaign for _, campaign in every})
    yield "names", ".json", as_json({"elements": [{"id": one, "name": f"DE_B2B {one}"} for one in names]})
    for page in cut((_linkedin_row(random, *one) for one in every), 14_000):
        yield "rows", ".json", as_json({"paging": {"start": 0, "count": 10, "links": []}, "elements": page})


def _linkedin_row(random: Random, day: date, campaign: int) -> dict[str, Any]:
    written = {"year": day.year, "month": day.month, "day": day.day}
    return {
        "dateRange": {"start": written, "end": written},
        "pivotValues": [f"urn:li:sponsoredCampaign:{campaign}"],
        "costInLocalCurrency": f"{random.randrange(10**5) / 100 - 4e-14:.14f}",
        "impressions": random.randrange(10**5),
        "clicks": random.randrange(500),
        "externalWebsiteConversions": random.randrange(9),
        "conversionValueInLocalCurrency": f"{random.randrange(10**5) / 10}",
    }


def tiktok(rows: int) -> Pages:
    random = Random(7)
    found = (
        {
            "dimensions": {"campaign_id": str(campaign), "stat_time_day": f"{day} 00:00:00"},
            "metrics": {
                "campaign_name": f"DE_SOC_Creators {campaign}",
                "spend": f"{random.randrange(10**5) / 100:.2f}",
                "impressions": str(random.randrange(10**5)),
                "clicks": str(random.randrange(500)),
                "conversion": str(random.randrange(9)),
                "total_purchase_value": f"{random.randrange(90000) / 100:.2f}",
            },
        }
        for day, campaign in islice(campaign_days(), rows)
    )
    for page in cut(found, 1000):
        yield "rows", ".json", as_json({"code": 0, "message": "OK", "request_id": "b", "data": {"list": page}})


def microsoft(rows: int) -> Pages:
    random, text = Random(7), io.StringIO()
    text.write(f'\ufeff"Report Name: Bench"\r\n"Rows: {rows}"\r\n\r\n')
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(
        ["TimePeriod", "AccountId", "CampaignId", "CampaignName", "CurrencyCode", "Impressions", "Clicks", "Spend",
         "Conversions", "Revenue"]
    )  # fmt: skip
    for day, campaign in islice(campaign_days(), rows):
        spend, revenue = f"{random.randrange(10**5) / 100:.2f}", f"{random.randrange(10**5) / 100:.2f}"
        figures = [random.randrange(10**5), random.randrange(500), spend, random.randrange(9), revenue]
        writer.writerow([day, "180000001", campaign, f"DE_BRD_Core {campaign}", "EUR", *figures])
    yield "rows", ".zip", zipped("report.csv", text.getvalue())


def cut(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while page := list(islice(rows, size)):
        yield page


def as_json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def zipped(name: str, text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return target.getvalue()
