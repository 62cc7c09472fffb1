"""What a connector is: it fetches raw answers of an outside system for some days, and reads rows out of them.

A connector knows one platform's words and nothing else: not where answers are kept, not what landing does, not how a
wait is slept. `outlay.sources.fetched.source` turns any connector into a source that landing can read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

# A canonical row: column of the entity -> str, int, Decimal, bool, date, datetime (aware) or None.
# Columns that are left out are NULL.
Row = Mapping[str, Any]

Slicing = Literal["month", "all"]


@dataclass(frozen=True)
class Account:
    """What the platform says of one of its accounts. `time_zone` is an IANA name or what the platform calls it."""

    id: str
    name: str | None = None
    currency: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True)
class RawPage:
    """One answer, as it came.

    `request` says what was asked, for people, without any secret; `role` distinguishes answers of different kinds that
    one delivery needs (a report and the list of names it refers to). `body` is the file that holds the bytes.
    """

    request: str
    body: Path
    role: str = "rows"


@dataclass(frozen=True)
class Slice:
    """What is fetched in one piece and becomes one delivery: an account's days, both inclusive.

    A later fetch of the same `name` replaces all rows of the earlier one, so a day that became empty becomes empty.
    """

    account: str
    name: str
    first_day: date
    last_day: date


@dataclass
class Reading:
    """What a parser noticed besides the rows: field names nobody asked for, by where they stood."""

    unknown_fields: dict[str, str] = field(default_factory=dict)


class Connector(Protocol):
    """One outside system that delivers one entity of one `[sources.<name>]` table."""

    entity: str
    restatement_days: int  # days back that the platform still changes; company.toml overrules
    slicing: Slicing  # a month at a time, or everything there is (snapshots)
    # The control total is a sum of this column by day; None: the platform has no coarser figure to hold against.
    controlled: str | None
    # Raised when the same bytes are read differently: everything fetched is then parsed anew.
    version: int

    def describe(self, account: str) -> Account:
        """Asks the platform for the account: the probe that tells an unknown account from an empty one.

        Raises FetchError when there is no such account or no permission.
        """

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """Every answer for these days, whole. Raises FetchError; then nothing that was yielded is used."""

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The rows of one page, read as a stream.

        Raises SchemaError when a field is missing or of another type than declared.
        """

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """The sum of `controlled` by day (days without activity may be absent), asked coarser than `fetch` asks."""


@runtime_checkable
class Watching(Protocol):
    """What a connector may offer besides: it tells cheaply whether days that are held have changed since."""

    def states(self, account: Account, slices: Sequence[Slice]) -> Mapping[str, str]:
        """By slice name a text that is another one as soon as anything of its days has changed.

        Slices about which nothing can be told are absent. Raises FetchError.
        """
