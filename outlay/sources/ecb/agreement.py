"""Whether the bank's feeds can be believed: a rate that one of them leaves out must not go missing without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from outlay.sources.ecb.feeds import Rate
from outlay.sources.fetched.errors import FetchError

# Day -> currency -> what one euro is in it.
Rates = dict[date, dict[str, Decimal]]

_SATURDAY = 5
# Month and day on which the bank publishes nothing, besides Good Friday and Easter Monday.
_CLOSED = {(1, 1), (5, 1), (12, 25), (12, 26)}
# Before, further days were closed.
_CALENDAR_SINCE = date(2002, 1, 1)
_AGAIN = "Nothing was replaced; run again later"


def by_day(rates: Iterable[Rate]) -> Rates:
    """The rates of a feed by day and currency."""
    found: Rates = {}
    for rate in rates:
        found.setdefault(rate.day, {})[rate.currency] = rate.rate
    return found


def hold_against(history: Rates, recent: Rates, today: Rates, first_day: date) -> None:
    """Raises FetchError where the feeds contradict each other from `first_day` on, or the history has a hole.

    history: all there is; recent: the last 90 days; today: the last day. The bank makes each of them on its own.
    """
    for name, feed in (("history", history), ("90 days", recent), ("last day", today)):
        if not feed:
            raise FetchError(f"the bank's feed of its {name} holds no rate. {_AGAIN}")
    newest = max(history)
    for day in sorted(recent.keys() | history.keys()):
        if max(min(recent), first_day) <= day <= newest and day <= max(recent):
            _same(day, history.get(day, {}), recent.get(day, {}))
    _hold_last_day(history, recent, max(today), today[max(today)])
    _no_hole({day: rates for day, rates in history.items() if day < min(recent)})


def _hold_last_day(history: Rates, recent: Rates, day: date, rates: Mapping[str, Decimal]) -> None:
    newest = max(history)
    if day in history:
        _same(day, history[day], rates)
    elif day in recent:
        _same(day, recent[day], rates)
    elif day > newest and (gone := history[newest].keys() - rates.keys()):
        raise FetchError(f"the bank's rates of {day} lack {_listed(gone)}, which it had on {newest}. {_AGAIN}")
    skipped = [one for one in recent if newest < one < day]
    if skipped:
        raise FetchError(f"the bank's history ends on {newest} and lacks {min(skipped)}. {_AGAIN}")


def _same(day: date, one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> None:
    wrong = {currency for currency in one.keys() | other.keys() if one.get(currency) != other.get(currency)}
    if wrong:
        raise FetchError(f"the bank's feeds contradict each other on {day}: {_listed(wrong)}. {_AGAIN}")


def _no_hole(history: Rates) -> None:
    """Of days that only the history holds: every business day is there, and so is every currency of both neighbours."""
    days = sorted(history)
    for day, following in pairwise(days):
        for number in range(1, (following - day).days):
            between = day + timedelta(days=number)
            if between >= _CALENDAR_SINCE and _is_business_day(between):
                raise FetchError(f"the bank's history lacks {between}, between {day} and {following}. {_AGAIN}")
    for before, day, after in zip(days, days[1:], days[2:], strict=False):
        gone = (history[before].keys() & history[after].keys()) - history[day].keys()
        if gone:
            raise FetchError(f"the bank's history of {day} lacks {_listed(gone)}, held before and after. {_AGAIN}")


def _is_business_day(day: date) -> bool:
    easter = _easter(day.year)
    return (
        day.weekday() < _SATURDAY
        and (day.month, day.day) not in _CLOSED
        and day not in (easter - timedelta(days=2), easter + timedelta(days=1))
    )


def _easter(year: int) -> date:
    """Easter Sunday, by Gauss' rule with its two exceptions; for years from 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    days = moon + sunday
    if days == 35 or (days == 34 and moon == 28 and year % 19 > 10):
        days -= 7
    return date(year, 3, 22) + timedelta(days=days)


def _listed(currencies: Iterable[str]) -> str:
    return ", ".join(sorted(currencies)) or "no rate at all"
