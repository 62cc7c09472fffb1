"""What the connectors of ad platforms share: days cut into pieces, whose a row of spend is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Account
from outlay.sources.fetched.values import text

SPEND, CAMPAIGNS = "platform_spend", "campaigns"
ENTITIES = (SPEND, CAMPAIGNS)


def spans(first_day: date, last_day: date, days: int) -> Iterator[tuple[date, date]]:
    """Consecutive pieces of at most `days` days, both ends inclusive."""
    while first_day <= last_day:
        end = min(first_day + timedelta(days=days - 1), last_day)
        yield first_day, end
        first_day = end + timedelta(days=1)


def halves(first_day: date, last_day: date) -> list[tuple[date, date]]:
    """Two or more days in two pieces."""
    return list(spans(first_day, last_day, ((last_day - first_day).days + 2) // 2))


def in_period(day: date, first_day: date, last_day: date, name: str) -> date:
    """`day`, which must be one of those asked for: a platform that answers with others has not understood.

    Raises SchemaError.
    """
    if not first_day <= day <= last_day:
        raise SchemaError(name, f"a day from {first_day} to {last_day}", day.isoformat())
    return day


def spend_row(platform: str, account: Account, row: dict[str, Any]) -> dict[str, Any]:
    """The row, now also saying whose it is. Changes `row`: this runs for every row of every report."""
    row["platform"] = platform
    row["account_id"] = account.id
    row["account_time_zone"] = account.time_zone
    # The account's currency may be one that company.toml states against the platform's own word.
    row["currency"] = account.currency or row.get("currency")
    return row


def lower(value: Any) -> str:
    """a text"""
    return text(value).lower()
