"""Days against a database's clocks: where a month begins and ends in its column, and which day a time lies on.

An instant (`aware`) lies on the company's day. A time without an offset (`naive`) is local time of the source's zone,
and for an entity that has dates it is that date as it stands. A local time that comes twice is the second of the two,
one that clocks skip has the offset from before: both follow from taking the smaller of the two offsets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from outlay.sources.sql.dialects import Dialect, Kind

_QUARTER = 900


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local time without an offset."""
    offsets = (local.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return (local - min(offsets)).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Days:
    """The day axis of one source: `column` (quoted SQL) of `kind`; `is_instant` where the entity has timestamps.

    `zone` is that of times without an offset, `home` the company's.
    """

    dialect: Dialect
    column: str
    kind: Kind
    is_instant: bool
    zone: ZoneInfo
    home: ZoneInfo

    def within(self, first: date, last: date) -> str:
        """SQL: whether a row lies on one of the days, both inclusive."""
        compared = self.dialect.compared(self.column, self.kind)
        return f"{compared} >= {self.begin(first)} and {compared} < {self.begin(last + timedelta(days=1))}"

    def before(self, day: date) -> str:
        """SQL: whether a row lies before the day."""
        return f"{self.dialect.compared(self.column, self.kind)} < {self.begin(day)}"

    def begin(self, day: date) -> str:
        """SQL: the first moment of the day, in the column's terms."""
        midnight = datetime.combine(day, time())
        if self.kind != "aware":
            if self.is_instant:
                midnight = to_utc(midnight, self.home).astimezone(self.zone).replace(tzinfo=None)
            if self.kind == "date":  # its midnight counts: a later one is the next day's
                return self.dialect.day(midnight.date() + timedelta(days=midnight.time() > time()))
            return self.dialect.moment(midnight, self.kind)
        utc = to_utc(midnight, self.home if self.is_instant else self.zone)
        return self.dialect.moment(utc.replace(tzinfo=None), self.kind)

    def bucket(self) -> str:
        """SQL: what rows of one day are summed by: the day, or the quarter of an hour (zones differ by quarters)."""
        if self.kind == "date":
            return self.dialect.date_of(self.column)
        return self.dialect.quarter(self.column)

    def day_of_bucket(self, bucket: Any) -> date:
        """The day of a value that `bucket` gave."""
        if isinstance(bucket, int | Decimal):
            return self.day_of(datetime.fromtimestamp(int(bucket) * _QUARTER, UTC).replace(tzinfo=None))
        return self.day_of(datetime.fromisoformat(str(bucket)[:10]))

    def day_of(self, shown: datetime) -> date:
        """The day of a time as the column shows it (`aware`: in UTC), without an offset."""
        if self.kind == "aware":
            return shown.replace(tzinfo=UTC).astimezone(self.home if self.is_instant else self.zone).date()
        return to_utc(shown, self.zone).astimezone(self.home).date() if self.is_instant else shown.date()
