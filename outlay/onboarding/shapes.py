"""What values look like: dates and in which order, times, numbers and with which marks. Pure functions over texts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from outlay.currencies import is_currency
from outlay.sources.files.numbers import Notation

ISO_DATE = "%Y-%m-%d"
NULLS = {"", "-", "--", "N/A", "NULL", "null", "n/a", "NaN", "nan", "None", "#N/A", "(not set)", "(none)"}
# How a file's own total rows and footers begin.
TOTALS = re.compile(r"(grand total|total|subtotal|gesamtsumme|gesamt|summe|insgesamt|sum|©)(?!\w*\.\w)", re.IGNORECASE)
# The notations in the order in which a tie is settled.
NOTATIONS = (
    Notation(".", ""),
    Notation(",", ""),
    Notation(".", ","),
    Notation(",", "."),
    Notation(",", " "),
    Notation(".", " "),
    Notation(".", "'"),
)
# Of each shape the formats that it can be read by; where there are two, the day may stand first or second.
_DATE_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\d{4}-\d{2}-\d{2}", (ISO_DATE,)),
    (r"\d{4}/\d{1,2}/\d{1,2}", ("%Y/%m/%d",)),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", ("%Y.%m.%d",)),
    (r"\d{1,2}/\d{1,2}/\d{4}", ("%d/%m/%Y", "%m/%d/%Y")),
    (r"\d{1,2}/\d{1,2}/\d{2}", ("%d/%m/%y", "%m/%d/%y")),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", ("%d.%m.%Y",)),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", ("%d.%m.%y",)),
    (r"\d{1,2}-\d{1,2}-\d{4}", ("%d-%m-%Y", "%m-%d-%Y")),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", ("%d-%b-%Y",)),
    (r"\d{1,2}-[A-Za-z]{3}-\d{2}", ("%d-%b-%y",)),
    (r"\d{1,2} [A-Za-z]{3} \d{4}", ("%d %b %Y",)),
    (r"\d{1,2} [A-Za-z]{4,9} \d{4}", ("%d %B %Y",)),
    (r"[A-Za-z]{3} \d{1,2}, \d{4}", ("%b %d, %Y",)),
    (r"[A-Za-z]{4,9} \d{1,2}, \d{4}", ("%B %d, %Y",)),
    (r"(?:19|20)\d{6}", ("%Y%m%d",)),
    (r"\d{4}-\d{2}", ("%Y-%m",)),
)
_CLOCKS = (
    (r"\d{1,2}:\d{2}:\d{2} [AP]M", "%I:%M:%S %p"),
    (r"\d{1,2}:\d{2} [AP]M", "%I:%M %p"),
    (r"\d{1,2}:\d{2}:\d{2}\.\d{1,6}", "%H:%M:%S.%f"),
    (r"\d{1,2}:\d{2}:\d{2}", "%H:%M:%S"),
    (r"\d{1,2}:\d{2}", "%H:%M"),
)
_ISO_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?P<offset> ?(?:[Zz]|UTC|[+-]\d\d(?::?\d\d)?))?"
)
_EPOCHS = ((10, "epoch_s"), (13, "epoch_ms"), (16, "epoch_us"))
_MARK = re.compile(
    r"^[\s(+−–-]*(?P<before>[^\d\s(+.,'−–-]{0,4})?[\s+−–-]*(?P<digits>[\d.,'’ \u00a0\u202f\u2009]*\d)"
    r"\s*(?P<after>[^\d\s)]{0,4})?[\s)−–-]*$"
)
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "zł": "PLN", "Kč": "CZK", "₺": "TRY", "₩": "KRW"}


def present(values: Iterable[str]) -> list[str]:
    return [value for value in values if value not in NULLS]


def is_wordy(cell: str) -> bool:
    """Whether a cell could be a heading: it says something and is neither a number nor a date."""
    return bool(cell) and any(one.isalpha() for one in cell) and not date_formats([cell]) and digits_of(cell) is None


# -- dates and times -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def _readings(value: str) -> tuple[str, ...]:
    """The date or time formats by which `value` names a moment of the calendar."""
    day, suffix = value, ""
    for pattern, form in _CLOCKS:
        if found := re.fullmatch(rf"(.+?)([ ,]+|T)({pattern})(Z?)", value):
            day, suffix = found.group(1), found.group(2) + form + found.group(4)
            break
    for pattern, forms in _DATE_SHAPES:
        if re.fullmatch(pattern, day):
            return tuple(form + suffix for form in forms if is_date(value, form + suffix))
    return ()


def is_date(value: str, form: str) -> bool:
    """Whether `value` is a day or time of the calendar when it is read by `form`."""
    try:
        return 1900 <= datetime.strptime(value, form).year <= 2200  # noqa: DTZ007
    except ValueError:
        return False


def date_formats(values: Sequence[str]) -> list[tuple[str, ...]]:
    """Formats that read the values, as few as do: each entry is one needed format with its equals, best first.

    An entry of two formats is undecided: every value that it explains is a date either way.
    """
    readings = {value: found for value in set(values) if (found := _readings(value))}
    chosen: list[tuple[str, ...]] = []
    while readings:
        counts: dict[str, int] = {}
        for found in readings.values():
            for form in found:
                counts[form] = counts.get(form, 0) + 1
        most = max(counts.values())
        equal = tuple(form for form in counts if counts[form] == most)
        twins = _twins(equal[0])
        chosen.append(tuple(form for form in equal if form in twins))
        readings = {value: found for value, found in readings.items() if not {*found} & twins}
    return chosen


def _twins(form: str) -> set[str]:
    """The format and the one with day and month the other way round."""
    swapped = form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return {form, swapped} if form[:2] in ("%d", "%m") and form[3:5] in ("%m", "%d") else {form}


def share_of_dates(values: Collection[str]) -> float:
    """How many of the values (0 to 1) are dates or times."""
    return sum(bool(_readings(value)) or is_instant(value) for value in values) / len(values) if values else 0.0


def is_instant(value: str) -> bool:
    """A time in ISO 8601, which needs no format."""
    return bool(_ISO_INSTANT.fullmatch(value))


def states_offset(value: str) -> bool:
    found = _ISO_INSTANT.fullmatch(value)
    return bool(found and found["offset"])


def epoch_of(values: Sequence[str]) -> str | None:
    """`epoch_ms` and the like where all values are counts since 1970 between 2000 and 2100."""
    for digits, form in _EPOCHS:
        if values and all(re.fullmatch(rf"\d{{{digits}}}", one) and one >= "09" for one in values):
            return form
    return None


# -- numbers ---------------------------------------------------------------------------------------------------------


def digits_of(value: str) -> str | None:
    """The digits and marks of a number without sign, brackets and currency; None for what is no number."""
    found = _MARK.fullmatch(value)
    if not found or any(mark and not _is_currency_mark(mark) for mark in (found["before"], found["after"])):
        return None
    return str(found["digits"])


def _is_currency_mark(mark: str) -> bool:
    return (
        is_currency(mark)
        or mark in ("kr", "kr.", "zł", "Kč", "Fr", "Fr.", "%")
        or (not mark[-1].isalnum() and any(ord(one) > 127 or one == "$" for one in mark))
    )


def currencies_beside(values: Iterable[str]) -> set[str]:
    """Currencies that stand beside the numbers, as codes or as signs that mean one currency only."""
    found = set()
    for value in values:
        match = _MARK.fullmatch(value)
        for mark in (match["before"], match["after"]) if match else ():
            code = _SIGNS.get(mark, mark) if mark else ""
            if is_currency(code):
                found.add(code)
    return found


def share_of_numbers(values: Collection[str]) -> float:
    if not values:
        return 0.0
    return sum(digits_of(value) is not None and not value.endswith("%") for value in values) / len(values)


@dataclass(frozen=True)
class Guess:
    """The notation that reads the numbers, and another that reads them as well but as other numbers."""

    notation: Notation
    rival: Notation | None = None


@lru_cache(maxsize=16)
def _pattern(notation: Notation) -> re.Pattern[str]:
    return re.compile(notation.number_pattern, re.ASCII)


def _value(digits: str, notation: Notation) -> float | None:
    if not _pattern(notation).fullmatch(digits):
        return None
    for mark in (notation.thousands, *(" \u00a0\u202f\u2009’" if notation.thousands in (" ", "'") else "")):
        digits = digits.replace(mark, "") if mark else digits
    return float(digits.replace(notation.decimal, "."))


def guess_notation(decimals: Iterable[str], integers: Iterable[str]) -> Guess:
    """The notation of a source's numbers. `integers` are values of columns that hold whole numbers only.

    `1,234` alone is a thousand or one and a bit: then `rival` is the other reading.
    """
    free = {digits for value in decimals if (digits := digits_of(value))}
    whole = {digits for value in integers if (digits := digits_of(value))}
    scores = {notation: _score(free, whole, notation) for notation in NOTATIONS}
    most = max(scores.values())
    equal = [notation for notation in NOTATIONS if scores[notation] == most]
    best = equal[0]
    if not any(mark in one for one in free | whole for mark in ".,'’ \u00a0\u202f"):
        return Guess(NOTATIONS[0])
    for other in equal[1:]:
        if any(_value(one, best) != _value(one, other) for one in free):
            return Guess(best, other)
    return Guess(best)


def _score(free: set[str], whole: set[str], notation: Notation) -> int:
    read = sum(_value(one, notation) is not None and not _odd_group(one, notation) for one in free)
    for one in whole:
        # `2,000` clicks are thousands, not two with three decimals.
        fraction = one.rpartition(notation.decimal)[2] if notation.decimal in one else ""
        read += _value(one, notation) is not None and fraction in ("", "0", "00") and not _odd_group(one, notation)
    return read


def _odd_group(digits: str, notation: Notation) -> bool:
    """`0.851` is no grouped number, whatever the pattern allows."""
    return bool(notation.thousands) and digits.startswith("0") and notation.thousands in digits


def has_float_noise(values: Sequence[str], decimal: str, digits: int) -> bool:
    """Whether long fractions are amounts that passed through a float: each lies within 1e-6 of a rounded one."""
    long = [one.replace(decimal, ".") for value in values if (one := digits_of(value)) and _fraction(one, decimal) > 4]
    try:
        return bool(long) and all(
            abs(float(one) - round(float(one), digits)) <= 1e-6 * max(1, float(one)) for one in long
        )
    except ValueError:
        return False


def most_decimals(values: Iterable[str], decimal: str) -> int:
    """How many decimals the longest fraction has."""
    return max((_fraction(one, decimal) for value in values if (one := digits_of(value))), default=0)


def _fraction(digits: str, decimal: str) -> int:
    return len(digits.rpartition(decimal)[2]) if decimal in digits else 0
