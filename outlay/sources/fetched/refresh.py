"""Which slices a run has to fetch: new ones, unfinished ones, and those that the platform may have restated."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from outlay.sources.fetched.protocol import Slice, Slicing


@dataclass
class RefreshReport:
    """What one refresh did. `fetched` and `changed` name slices; `changed` are those whose answers differ now."""

    source: str
    fetched: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    pages: int = 0


@dataclass(frozen=True)
class Asked:
    """What a run is asked for. `from_day`: everything from that day on is fetched again; `full`: everything is."""

    as_of: date
    restatement_days: int
    from_day: date | None = None
    full: bool = False

    @property
    def first_restated(self) -> date:
        """The platform may have changed this day and every later one."""
        window = self.as_of - timedelta(days=self.restatement_days - 1)
        return min(window, self.from_day) if self.from_day else window


def slices(account: str, slicing: Slicing, start: date, as_of: date) -> Iterator[Slice]:
    """The slices of an account from `start` to `as_of`, the last ones whole months even where they are not over."""
    if start > as_of:
        return
    if slicing == "all":
        yield Slice(account, f"{account}/all", start, as_of)
        return
    first = start
    while first <= as_of:
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield Slice(account, f"{account}/{first:%Y-%m}", first, last)
        first = last + timedelta(days=1)


def due(part: Slice, held: Mapping[str, tuple[date, date]], doubted: set[str], asked: Asked) -> Slice | None:
    """The slice as it is to be fetched, None where what is held will do.

    It never gets shorter: a run for an earlier day asks for as many days as are held already.
    """
    wanted = min(part.last_day, asked.as_of)
    span = held.get(part.name)
    if span is None:
        return Slice(part.account, part.name, part.first_day, wanted)
    first, last = min(span[0], part.first_day), max(span[1], wanted)
    is_short = span[0] > part.first_day or span[1] < wanted
    is_restated = last >= asked.first_restated and part.first_day <= asked.as_of
    if is_short or is_restated or asked.full or part.name in doubted:
        return Slice(part.account, part.name, first, last)
    return None
