"""TikTok's rows: figures come as text or as numbers, `-` stands for none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from outlay.sources.ads import lower
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import day, text

_NULLS = ("", "-")
_MIDNIGHT = " 00:00:00"


def midnight(value: Any) -> date:
    """a day written YYYY-MM-DD 00:00:00"""
    stated = text(value)
    return day(stated.removesuffix(_MIDNIGHT))


def spend_shape(conversion: str, value: str) -> Shape:
    """One campaign's day. `conversion`, `value`: the metrics that are the conversions and what they are worth."""
    return Shape(
        [
            Field("campaign_id", "dimensions.campaign_id", required=True),
            Field("date_day", "dimensions.stat_time_day", midnight, required=True),
            Field("campaign_name", "metrics.campaign_name"),
            Field("spend", "metrics.spend", "money", required=True),
            Field("impressions", "metrics.impressions", "integer", default=0),
            Field("clicks", "metrics.clicks", "integer", default=0),
            Field("conversions", f"metrics.{conversion}", "number", default=Decimal(0)),
            Field("conversions_value", f"metrics.{value}", "money", default=Decimal(0)),
        ],
        nulls=_NULLS,
    )


CONTROL = Shape(
    [
        Field("day", "dimensions.stat_time_day", midnight, required=True),
        Field("spend", "metrics.spend", "money", required=True),
    ],
    nulls=_NULLS,
)
ACCOUNT = Shape(
    [
        Field("id", "advertiser_id", required=True),
        Field("name", "name"),
        Field("currency", "currency", "currency", required=True),
        Field("time_zone", "display_timezone"),
        Field("offset", "timezone"),
    ]
)
CAMPAIGN = Shape(
    [
        Field("campaign_id", "campaign_id", required=True),
        Field("name", "campaign_name", required=True),
        Field("status", "operation_status", lower),
        Field("objective", "objective_type", lower),
        Field("daily_budget", "budget", "money"),
        Field("_budget_mode", "budget_mode"),
    ],
    known=["advertiser_id", "create_time", "modify_time"],
    nulls=_NULLS,
)
