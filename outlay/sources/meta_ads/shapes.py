"""Meta's rows: what is asked for and how it is read. Every figure comes as text; a figure of zero may be absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from outlay.sources.ads import lower
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import day, number, text

# Currencies whose budgets are told in whole units; all others in hundredths.
_WHOLE_UNITS = frozenset(["CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"])

ACCOUNT_FIELDS = "account_id,name,currency,timezone_name"
CONTROL_FIELDS = "account_id,account_currency,spend"
CAMPAIGN_FIELDS = "id,name,status,objective,daily_budget,start_time,stop_time"


def account_id(value: Any) -> str:
    """an account id"""
    return text(value).removeprefix("act_")


def moment_day(value: Any) -> date:
    """a moment that begins with its day"""
    return day(text(value)[:10])


def spend_fields(clicks: str) -> str:
    """The fields of one row of spend. `clicks`: which of Meta's two clicks count."""
    return f"{CONTROL_FIELDS},campaign_id,campaign_name,impressions,{clicks},actions,action_values"


def spend_shape(clicks: str, action: str) -> Shape:
    """One row of insights at campaign level. `action`: the action type that is a conversion."""
    figure = _figure_of(action)
    return Shape(
        [
            Field("_account", "account_id", required=True),
            Field("currency", "account_currency", "currency", required=True),
            Field("campaign_id", "campaign_id", required=True),
            Field("campaign_name", "campaign_name"),
            Field("date_day", "date_start", "date", required=True),
            Field("_last_day", "date_stop", "date", required=True),
            Field("spend", "spend", "money", required=True),
            Field("impressions", "impressions", "integer", default=0),
            Field("clicks", clicks, "integer", default=0),
            Field("conversions", "actions", figure, default=Decimal(0)),
            Field("conversions_value", "action_values", figure, default=Decimal(0)),
        ],
        known=["clicks", "inline_link_clicks"],
    )


CONTROL = Shape(
    [
        Field("day", "date_start", "date", required=True),
        Field("spend", "spend", "money", required=True),
    ]
)
ACCOUNT = Shape(
    [
        Field("id", "account_id", account_id, required=True),
        Field("name", "name"),
        Field("currency", "currency", "currency", required=True),
        Field("time_zone", "timezone_name", required=True),
    ]
)
CAMPAIGN = Shape(
    [
        Field("campaign_id", "id", required=True),
        Field("name", "name", required=True),
        Field("status", "status", lower),
        Field("objective", "objective", lower),
        Field("daily_budget", "daily_budget", "money"),
        Field("start_date", "start_time", moment_day),
        Field("end_date", "stop_time", moment_day),
    ]
)


def budget(minor_units: Decimal | None, currency: str | None) -> Decimal | None:
    """A daily budget in units of the account's currency; Meta tells it in the smallest ones. No budget is None."""
    if not minor_units or currency is None:
        return None
    return minor_units if currency in _WHOLE_UNITS else minor_units.scaleb(-2)


def check_row(row: dict[str, Any], account: str) -> None:
    """A row must be one day's and this account's, whose number is `account`. Raises SchemaError."""
    if row["_last_day"] != row["date_day"]:
        raise SchemaError("date_stop", f"the row's own day {row['date_day']}", row["_last_day"].isoformat())
    if row["_account"] != account and account_id(row["_account"]) != account:
        raise SchemaError("account_id", f"the account asked for, {account}", row["_account"])


def _figure_of(action: str) -> Callable[[Any], Decimal]:
    nothing = Decimal(0)

    def figure(value: Any) -> Decimal:
        if type(value) is not list:
            raise ValueError(value)
        total = nothing
        for one in value:
            if one["action_type"] == action:
                total += number(one["value"])
        return total

    figure.__doc__ = "a list of actions with action_type and value"
    return figure
