"""Numbers for people: a value, how it is shown, in which unit, and the place in the marts where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from babel.numbers import NumberPattern, parse_pattern

from outlay.page.reading import Answer, Row

_LOCALE = "en"
_LONGEST_SPOKEN = 40
_PLACEHOLDERS = {
    "unallocated": "Without a channel",
    "unmapped": "Not mapped",
    "unattributed": "Without a touch",
    "organic": "Would have come anyway",
}
_NOT_HERE = "not in this version"
_MINUS = "\N{MINUS SIGN}"
_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Scale:
    """`divisor`: what a shown 1 stands for; `mark` is said in headings (`K`), `suffix` behind each number."""

    divisor: Decimal
    digits: int
    mark: str = ""
    suffix: str = ""


ONE = Scale(Decimal(1), 2)
COUNT = Scale(Decimal(1), 0)
PERCENT = Scale(Decimal("0.01"), 0, suffix=f"{_SPACE}%")
PERCENT_1 = Scale(Decimal("0.01"), 1, suffix=f"{_SPACE}%")
TIMES = Scale(Decimal(1), 1)
TIMES_2 = Scale(Decimal(1), 2)
THOUSANDS_1 = Scale(Decimal(1000), 1, "K")
THOUSANDS = Scale(Decimal(1000), 0, "K")
MILLIONS = Scale(Decimal(1_000_000), 2, "M")


def scale_for(values: Iterable[Any]) -> Scale:
    """The scale on which the largest of some amounts has three to five digits."""
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    if largest >= 20_000_000:
        return MILLIONS
    if largest >= 1_000_000:
        return THOUSANDS
    return THOUSANDS_1 if largest >= 10_000 else ONE if largest < 1000 else COUNT


def whole_scale(values: Iterable[Any]) -> Scale:
    """The same for long tables: whole units up to ten millions, as rows differ by orders of magnitude."""
    known = [value for value in values if value is not None]
    return COUNT if 1000 <= max(map(abs, known), default=0) < 10_000_000 else scale_for(known)


@dataclass(frozen=True)
class Figure:
    """One number. `value` None: `reason` says why. Place: row `key` of query `query`, its column `column`."""

    value: Decimal | int | None
    shown: str
    column: str
    query: str
    key: str
    scale: Scale
    reason: str = ""
    tone: str = ""  # good, bad or nothing

    @property
    def is_known(self) -> bool:
        return self.value is not None

    @property
    def number(self) -> float:
        """For drawing only."""
        return float(self.value) if self.value is not None else 0.0

    @property
    def sign(self) -> int:
        return 0 if not self.value else 1 if self.value > 0 else -1

    @property
    def mark(self) -> str:
        """What follows the number in a sentence: ` K`, ` M` or nothing."""
        return f"{_SPACE}{self.scale.mark}" if self.scale.mark else ""

    def unsigned(self) -> Figure:
        """The same figure shown without its sign, where a word says it."""
        return replace(self, shown=self.shown.lstrip(f"+{_MINUS}"))


def figure(
    answer: Answer,
    row: Row,
    column: str,
    scale: Scale,
    *,
    signed: bool = False,
    reason: str | None = None,
    over_is_bad: bool | None = None,
) -> Figure:
    """The number in `column` of `row`; `over_is_bad` gives it a tone by its sign (None: no tone)."""
    value = row.get(column)
    stated = _NOT_HERE if answer.missing else reason or row.get(f"{column}_reason") or _NOT_HERE
    why = "" if value is not None else reason_text(stated)
    shown = "" if value is None else show(value, scale, signed=signed)
    tone = ""
    if over_is_bad is not None and value and any(digit in shown for digit in "123456789"):
        tone = "bad" if (value > 0) == over_is_bad else "good"
    return Figure(value, shown, column, answer.name, answer.key_of(row) if row else "", scale, why, tone)


def show(value: Any, scale: Scale, *, signed: bool = False) -> str:
    """A number as it is printed: grouped, with a real minus, on its scale."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text: str = _pattern(scale.digits).apply(abs(exact) / scale.divisor, _LOCALE)
    is_zero = not any(digit in text for digit in "123456789")
    sign = "" if is_zero else _MINUS if exact < 0 else "+" if signed else ""
    return f"{sign}{text}{scale.suffix}"


@cache
def _pattern(digits: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))


def reason_text(reason: str) -> str:
    """A reason of the marts in words: `no_interval` is `no interval`."""
    return reason.replace("_", " ")


def shared_reason(figures: Iterable[Figure]) -> str:
    """The reason where no figure is known and all for the same reason, so that it need be said only once."""
    reasons = {one.reason for one in figures}
    return reasons.pop() if len(reasons) == 1 else ""


def channel_name(channel: str) -> str:
    """A channel for people; its placeholders say what they stand for."""
    return _PLACEHOLDERS.get(channel, label(channel))


def spoken_name(channel: str) -> str:
    """A channel within a sentence: cut where it is long, and kept apart from it where it is written the other way."""
    name = channel_name(channel)
    short = name if len(name) <= _LONGEST_SPOKEN else name[: _LONGEST_SPOKEN - 1] + "…"
    return f"\N{FIRST STRONG ISOLATE}{short}\N{POP DIRECTIONAL ISOLATE}" if not short.isascii() else short


def label(name: str) -> str:
    """An id as a heading: `paid_social` is `Paid social`; names with other letters stay as they are."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if name.islower() else name
