"""LinkedIn's rows: a day as an object, a campaign as a URN, money as text that may end in binary noise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from outlay.sources.ads import lower
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import integer, text

COST = "costInLocalCurrency"
VALUE = "conversionValueInLocalCurrency"
# In every answer, and counted among its fields.
_KEY = ("dateRange", "pivotValues")
MOST_FIELDS = 20


@lru_cache(maxsize=4096)
def _date(year: Any, month: Any, day: Any) -> date:
    return date(integer(year), integer(month), integer(day))


def day_object(value: Any) -> date:
    """a day as year, month, day"""
    if type(value) is not dict:
        raise ValueError(value)
    return _date(value.get("year"), value.get("month"), value.get("day"))


def one_urn(value: Any) -> str:
    """a list of one URN"""
    if type(value) is not list or len(value) != 1 or not text(value[0]).startswith("urn:li:"):
        raise ValueError(value)
    return text(value[0]).rpartition(":")[2]


def epoch_day(value: Any) -> date:
    """a moment in milliseconds since 1970"""
    return datetime.fromtimestamp(integer(value) / 1000, UTC).date()


def field_lists(metrics: Sequence[str]) -> list[list[str]]:
    """The metrics in as few requests as LinkedIn's limit of twenty fields allows."""
    room = MOST_FIELDS - len(_KEY)
    return [[*_KEY, *metrics[start : start + room]] for start in range(0, len(metrics), room)]


class SpendShape:
    """One campaign's day. `conversions`: the metrics that are conversions, added up."""

    def __init__(self, conversions: Sequence[str]) -> None:
        self._counted = [f"_conversions_{number}" for number in range(len(conversions))]
        self.metrics = list(dict.fromkeys([COST, "impressions", "clicks", VALUE, *conversions]))
        self._shape = Shape(
            [
                Field("date_day", "dateRange.start", day_object, required=True),
                Field("_last_day", "dateRange.end", day_object, required=True),
                Field("campaign_id", "pivotValues", one_urn, required=True),
                Field("spend", COST, "money", required=True),
                Field("impressions", "impressions", "integer", default=0),
                Field("clicks", "clicks", "integer", default=0),
                Field("conversions_value", VALUE, "money", default=Decimal(0)),
                *(
                    Field(column, metric, "number", default=Decimal(0))
                    for column, metric in zip(self._counted, conversions, strict=True)
                ),
            ]
        )

    def read(self, found: Any, reading: Any) -> dict[str, Any]:
        """Raises SchemaError, also for a row that stands for more than a day."""
        row = self._shape.read(found, reading)
        if row["_last_day"] != row["date_day"]:
            raise SchemaError("dateRange.end", f"the row's own day {row['date_day']}", row["_last_day"].isoformat())
        first, *more = self._counted
        row["conversions"] = row[first] + sum(row[column] for column in more) if more else row[first]
        return row


CONTROL = Shape(
    [
        Field("day", "dateRange.start", day_object, required=True),
        Field("account", "pivotValues", one_urn, required=True),
        Field("spend", COST, "money", required=True),
    ],
    known=["dateRange.end"],
)
ACCOUNT = Shape(
    [
        Field("id", "id", required=True),
        Field("name", "name"),
        Field("currency", "currency", "currency", required=True),
    ]
)
NAME = Shape([Field("campaign_id", "id", required=True), Field("name", "name")])
CAMPAIGN = Shape(
    [
        Field("campaign_id", "id", required=True),
        Field("name", "name", required=True),
        Field("status", "status", lower),
        Field("objective", "objectiveType", lower),
        Field("daily_budget", "dailyBudget.amount", "money"),
        Field("start_date", "runSchedule.start", epoch_day),
        Field("end_date", "runSchedule.end", epoch_day),
    ]
)


def joined(parts: Sequence[Iterable[Any]]) -> Iterator[dict[str, Any]]:
    """The elements of several answers for the same days, each with other metrics, as one element a day and pivot.

    LinkedIn leaves out an element whose figures are all zero, so one may stand in some answers only; where it is not
    in the first, which has the cost, it cost nothing.
    """
    elements: dict[tuple[date, str], dict[str, Any]] = {}
    for number, part in enumerate(parts):
        seen = set()
        for found in part:
            try:
                key = (day_object(found["dateRange"]["start"]), one_urn(found["pivotValues"]))
            except (KeyError, TypeError, ValueError):
                raise SchemaError("dateRange, pivotValues", "a day and one URN", found) from None
            if key in seen:
                raise SchemaError("dateRange, pivotValues", "each day and pivot once", f"{key[0]} {key[1]}")
            seen.add(key)
            elements[key] = ({COST: "0"} if number and key not in elements else elements.get(key, {})) | found
    yield from elements.values()
