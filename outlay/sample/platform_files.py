"""The five platforms' exports, each as its own page writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from outlay.sample.days import day_of
from outlay.sample.files import Exports, csv_text, gzipped, money, money_with_commas, zipped
from outlay.sample.platforms import Figures


def write_platform_files(exports: Exports, ordinal: int, rows: Sequence[Figures]) -> None:
    """One delivery of each platform on a day. A platform without rows delivers its empty export all the same."""
    by_platform: dict[str, list[Figures]] = {}
    for row in sorted(rows, key=lambda item: (item.campaign.number, item.ordinal)):
        by_platform.setdefault(row.campaign.platform.name, []).append(row)
    google = by_platform.get("google_ads", [])
    exports.delivery("google_ads", "google_ads", ordinal, ".csv", _google(ordinal, google))
    meta = by_platform.get("meta_ads", [])
    exports.delivery("meta_ads", "meta_ads", ordinal, ".csv.gz", gzipped(_meta(ordinal, meta).encode()))
    linkedin = by_platform.get("linkedin_ads", [])
    text = "\ufeff" + _linkedin(ordinal, linkedin)
    exports.delivery("linkedin_ads", "linkedin_ads", ordinal, ".csv", text.encode("utf-16-le"))
    tiktok = by_platform.get("tiktok_ads", [])
    exports.delivery("tiktok_ads", "tiktok_ads", ordinal, ".jsonl", _tiktok(tiktok))
    microsoft = _microsoft(ordinal, by_platform.get("microsoft_ads", []))
    member = f"CampaignPerformance_{day_of(ordinal):%Y%m%d}.csv"
    packed = zipped(member, ("\ufeff" + microsoft).encode())
    exports.delivery("microsoft_ads", "microsoft_ads", ordinal, ".zip", packed)


def _span(ordinal: int, rows: Sequence[Figures]) -> tuple[int, int]:
    return min((row.ordinal for row in rows), default=ordinal), ordinal


def _long(ordinal: int) -> str:
    day = day_of(ordinal)
    return f"{day:%B} {day.day}, {day.year}"


def _google(ordinal: int, rows: Sequence[Figures]) -> str:
    """Two title lines, headings, rows with thousands marks, `--` for nothing, and total rows a customer and in all."""
    first, last = _span(ordinal, rows)
    header = [
        "Campaign status", "Campaign", "Campaign ID", "Customer ID", "Day", "Currency code", "Impr.", "Clicks", "Cost",
        "Conversions", "Conv. value",
    ]  # fmt: skip
    lines: list[list[str]] = [
        [
            "Enabled", row.campaign.name, row.campaign.campaign_id, row.campaign.account,
            day_of(row.ordinal).isoformat(), "EUR", f"{row.impressions:,}", f"{row.clicks:,}",
            money_with_commas(row.cents), f"{row.conversions:,}.00" if row.conversions else "--",
            money_with_commas(row.value_cents) if row.value_cents else "--",
        ]
        for row in rows
    ]  # fmt: skip
    for label in ("Total: Campaigns", "Total: Account"):
        lines.append(
            [
                label, "--", "--", "--", "--", "EUR", f"{sum(row.impressions for row in rows):,}",
                f"{sum(row.clicks for row in rows):,}", money_with_commas(sum(row.cents for row in rows)),
                f"{sum(row.conversions for row in rows):,}.00",
                money_with_commas(sum(row.value_cents for row in rows)),
            ]
        )  # fmt: skip
    return f'Campaign report\n"{_long(first)} - {_long(last)}"\n' + csv_text(header, lines)


def _meta(ordinal: int, rows: Sequence[Figures]) -> str:
    """The currency stands in the heading; the total row has no name."""
    header = [
        "Campaign name", "Reporting starts", "Reporting ends", "Account ID", "Campaign ID", "Campaign delivery",
        "Attribution setting", "Results", "Result indicator", "Impressions", "Link clicks", "Amount spent (EUR)",
        "Purchases conversion value",
    ]  # fmt: skip
    lines: list[list[object]] = []
    for row in rows:
        day = day_of(row.ordinal).isoformat()
        lines.append(
            [
                row.campaign.name, day, day, row.campaign.account, row.campaign.campaign_id, "active",
                "7-day click or 1-day view", row.conversions or "", "actions:offsite_conversion.fb_pixel_purchase",
                row.impressions, row.clicks, money(row.cents), money(row.value_cents) if row.value_cents else "",
            ]
        )  # fmt: skip
    first, last = _span(ordinal, rows)
    lines.append(
        [
            "", day_of(first).isoformat(), day_of(last).isoformat(), "", "", "", "7-day click or 1-day view",
            sum(row.conversions for row in rows), "", sum(row.impressions for row in rows),
            sum(row.clicks for row in rows), money(sum(row.cents for row in rows)),
            money(sum(row.value_cents for row in rows)),
        ]
    )  # fmt: skip
    return csv_text(header, lines)


def _linkedin(ordinal: int, rows: Sequence[Figures]) -> str:
    """UTF-16 with tabs, five lines of title, American dates, dollars."""
    first, last = _span(ordinal, rows)
    title = [
        "Campaign Performance Report (in UTC)",
        f"Report Start: {_long(first)}, 12:00 AM",
        f"Report End: {_long(last)}, 11:59 PM",
        f"Date Generated: {_long(ordinal + 1)}, 5:12 AM",
        "",
    ]
    header = [
        "Start Date (in UTC)", "Account ID", "Campaign ID", "Campaign Name", "Currency", "Total Spent", "Impressions",
        "Clicks", "Conversions", "Total Conversion Value",
    ]  # fmt: skip
    lines = [
        [
            f"{day_of(row.ordinal):%m/%d/%Y}", row.campaign.account, row.campaign.campaign_id, row.campaign.name,
            row.campaign.platform.currency, money_with_commas(row.cents), f"{row.impressions:,}", f"{row.clicks:,}",
            row.conversions, money_with_commas(row.value_cents),
        ]
        for row in rows
    ]  # fmt: skip
    return "\n".join(title) + "\n" + csv_text(header, lines, delimiter="\t")


def _tiktok(rows: Sequence[Figures]) -> str:
    """One JSON object a line, every metric a string, `-` for none."""
    return "".join(
        json.dumps(
            {
                "advertiser_id": row.campaign.account,
                "campaign_id": row.campaign.campaign_id,
                "campaign_name": row.campaign.name,
                "stat_time_day": f"{day_of(row.ordinal).isoformat()} 00:00:00",
                "spend": money(row.cents),
                "impressions": str(row.impressions),
                "clicks": str(row.clicks),
                "conversion": str(row.conversions) if row.conversions else "-",
                "total_purchase_value": money(row.value_cents) if row.value_cents else "-",
            }
        )
        + "\n"
        for row in rows
    )


def _by_device(row: Figures) -> list[list[str]]:
    """A campaign's day in two rows: this report is finer than a campaign, its rows add up."""
    parts = []
    rest = [row.impressions, row.clicks, row.cents, row.conversions, row.value_cents]
    computer = [value * 62 // 100 for value in rest]
    for device, values in (
        ("Computer", computer),
        ("Smartphone", [a - b for a, b in zip(rest, computer, strict=True)]),
    ):
        day = day_of(row.ordinal)
        rate = f"{100 * values[1] / values[0]:.2f}%" if values[0] else "0.00%"
        parts.append(
            [
                f"{day.month}/{day.day}/{day.year}", row.campaign.account, row.campaign.name, row.campaign.campaign_id,
                device, row.campaign.platform.currency, str(values[0]), str(values[1]), rate, money(values[2]),
                str(values[3]), money(values[4]),
            ]
        )  # fmt: skip
    return parts


def _microsoft(ordinal: int, rows: Sequence[Figures]) -> str:
    """A block of report properties, an empty line, quoted rows, an empty line, the owner's line."""
    first, last = _span(ordinal, rows)
    lines = [line for row in rows for line in _by_device(row)]
    block = [
        f"Report Name: Campaign performance {day_of(first).isoformat()} to {day_of(last).isoformat()}",
        f"Report Time: {_long(first)} - {_long(last)}",
        "Time Zone: (GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
        f"Last Completed Available Day: {_long(last)}",
        "Report Aggregation: Daily",
        "Report Filter: ",
        "Potential Incomplete Data: true",
        f"Rows: {len(lines)}",
    ]
    header = [
        "TimePeriod", "AccountId", "CampaignName", "CampaignId", "DeviceType", "CurrencyCode", "Impressions", "Clicks",
        "Ctr", "Spend", "Conversions", "Revenue",
    ]  # fmt: skip
    text = csv_text(header, lines, quote_all=True)
    owner = f'"©{day_of(ordinal).year} Microsoft Corporation. All rights reserved. "\n'
    return "".join(f'"{line}"\n' for line in block) + "\n" + text + "\n" + owner
