"""Microsoft's report: a block of properties, quoted rows, the owner's line, in a ZIP."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fakes.answers import Json

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, Row, World

KIND = "microsoft_ads"
COLUMNS = (
    "TimePeriod", "AccountId", "AccountName", "CampaignId", "CampaignName", "CampaignStatus", "DeviceType",
    "CurrencyCode", "Impressions", "Clicks", "Ctr", "Spend", "Conversions", "ConversionsQualified", "Revenue",
    "AllConversions", "AllRevenue",
)  # fmt: skip
# IANA -> the platform's word, and how the report's head writes it.
ZONES = {
    "Europe/Berlin": "AmsterdamBerlinBernRomeStockholmVienna",
    "UTC": "GreenwichMeanTimeDublinEdinburghLisbonLondon",
    "Europe/London": "GreenwichMeanTimeDublinEdinburghLisbonLondon",
    "America/New_York": "EasternTimeUSCanada",
    "America/Los_Angeles": "PacificTimeUSCanadaTijuana",
}
UNSET_ZONE = "PacificTimeUSCanadaTijuana"
_HEADS = {
    "AmsterdamBerlinBernRomeStockholmVienna": "(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    "PacificTimeUSCanadaTijuana": "(GMT-08:00) Pacific Time (US and Canada); Tijuana",
}
_FIGURES = ("spend", "impressions", "clicks", "conversions", "conversions_value")
_CENT = Decimal("0.01")


def days_of(request: dict[str, Any]) -> tuple[date, date]:
    """The custom date range of a report. Raises KeyError, TypeError or ValueError where it is not one."""
    ends = (request["Time"][name] for name in ("CustomDateRangeStart", "CustomDateRangeEnd"))
    first, last = (date(int(one["Year"]), int(one["Month"]), int(one["Day"])) for one in ends)
    if first > last:
        raise ValueError("the range ends before it begins")
    return first, last


def report_rows(world: World, account: FakeAccount, request: dict[str, Any]) -> list[Json]:
    """The rows of the report: each column that was asked for, as text."""
    columns = request["Columns"]
    first, last = days_of(request)
    by_account = request["Type"].startswith("AccountPerformance")
    rows = _shifted(world, account, request, by_account, first, last)
    if "TimePeriod" not in columns:  # then the aggregation is ignored
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault("" if by_account else row["campaign_id"], []).append(row)
        rows = [world.summed(group) for group in groups.values()]
    if "DeviceType" in columns:
        rows = [part for row in rows for part in _devices(row)]
    iso = request.get("FormatVersion") == "2.0"
    return [{column: _cell(world, account, row, column, iso) for column in columns} for row in rows]


def _shifted(
    world: World, account: FakeAccount, request: dict[str, Any], by_account: bool, first: date, last: date
) -> list[Row]:
    """The days as the account cuts them; in another zone a third of each belongs to the day before."""
    rows_of = world.by_day if by_account else world.spend
    if _zone(request) == ZONES.get(account.time_zone):
        return rows_of(KIND, account.id, first, last)
    days: dict[tuple[str, date], Row] = {}
    for row in rows_of(KIND, account.id, first, last + timedelta(days=1)):
        early = {name: _part(row[name], 33) for name in _FIGURES}
        late = {name: row[name] - value for name, value in early.items()}
        for day, figures in ((row["date_day"] - timedelta(days=1), early), (row["date_day"], late)):
            key = ("" if by_account else row["campaign_id"], day)
            moved = row | figures | {"date_day": day}
            days[key] = world.summed([days[key], moved]) if key in days else moved
    return [row for (_, day), row in sorted(days.items(), key=lambda one: one[0][::-1]) if first <= day <= last]


def _zone(request: dict[str, Any]) -> str:
    return str(request["Time"].get("ReportTimeZone") or UNSET_ZONE)


def _part(value: Decimal | int, percent: int) -> Decimal | int:
    if isinstance(value, int):
        return value * percent // 100
    cents = int(value * 100) * percent // 100
    return Decimal(cents) * _CENT


def _devices(row: Row) -> Iterator[Row]:
    """A campaign's day in two rows, which add up."""
    computer = {name: _part(row[name], 62) for name in _FIGURES}
    yield row | computer | {"device": "Computer"}
    yield row | {name: row[name] - value for name, value in computer.items()} | {"device": "Smartphone"}


def _cell(world: World, account: FakeAccount, row: Row, column: str, iso: bool) -> str:
    day = row["date_day"]
    share = 100 * row["clicks"] / row["impressions"] if row["impressions"] else 0
    cells: dict[str, Any] = {
        "TimePeriod": day.isoformat() if iso else f"{day.month}/{day.day}/{day.year}",
        "AccountId": account.id,
        "AccountName": account.name,
        "CampaignId": row["campaign_id"],
        "CampaignName": world.name_of(row) or "",
        "CampaignStatus": "Deleted" if (KIND, row["campaign_id"]) in world.removed else "Active",
        "DeviceType": row.get("device", ""),
        "CurrencyCode": account.currency,
        "Impressions": row["impressions"],
        "Clicks": row["clicks"],
        "Ctr": f"{share:.2f}%",
        "Spend": _money(row["spend"]),
    }
    for name in ("Conversions", "ConversionsQualified", "AllConversions"):
        cells[name] = f"{row['conversions'].normalize():f}"
    for name in ("Revenue", "AllRevenue"):
        cells[name] = _money(row["conversions_value"])
    return str(cells[column])


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount == round(amount, 2) else f"{amount.normalize():f}"


def packed(account: FakeAccount, request: dict[str, Any], rows: Sequence[Json], incomplete: bool) -> bytes:
    """The ZIP: one CSV with a byte order mark."""
    first, last = days_of(request)
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if not request.get("ExcludeReportHeader"):
        name, zone = request.get("ReportName") or "Report", _zone(request)
        for line in (
            f"Report Name: {name}",
            f"Report Time: {first.month}/{first.day}/{first.year},{last.month}/{last.day}/{last.year}",
            f"Time Zone: {_HEADS.get(zone, zone)}",
            f"Last Completed Available Day: {last.month}/{last.day}/{last.year} 12:00:00 AM",
            f"Last Completed Available Hour: {last.month}/{last.day}/{last.year} 11:00:00 PM",
            f"Report Aggregation: {request.get('Aggregation') or 'Summary'}",
            "Report Filter: ",
            f"Potential Incomplete Data: {str(incomplete).lower()}",
            f"Rows: {len(rows)}",
        ):
            writer.writerow([line])
        text.write("\r\n")
    headings = list(dict.fromkeys(column for row in rows for column in row)) or request["Columns"]
    if not request.get("ExcludeColumnHeaders"):
        writer.writerow(headings)
    writer.writerows([row.get(column, "") for column in headings] for row in rows)
    if not request.get("ExcludeReportFooter"):
        text.write("\r\n")
        writer.writerow([f"©{last.year} Microsoft Corporation. All rights reserved. "])
    return _zipped(f"{request.get('ReportName') or 'Report'}.csv", ("\ufeff" + text.getvalue()).encode())


def _zipped(name: str, content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return target.getvalue()
