"""Budgets: an original for every fiscal year, and a revision early in it, each delivered on the day it is approved."""

from __future__ import annotations

from collections.abc import Iterator

from outlay.sample.chance import Stream, generator
from outlay.sample.days import day_of, month_days, month_first, month_name, month_number
from outlay.sample.demand import season
from outlay.sample.desk import Desk
from outlay.sample.plan import CHANNEL_INDEX, CHANNELS
from outlay.sample.tray import Row

REVISION_OFFSET = 45
_UNITS = {"nonbrand_search": "click", "display": "impression_k"}
# The B2B audience campaigns on display got a line of nothing: spend there stands against a zero, not against no budget.
_ZERO = ("D130", "display")


def budget_day(desk: Desk, ordinal: int) -> None:
    """Hand over a budget version if one is approved on this day."""
    day, start = day_of(ordinal), desk.plan.start
    if ordinal == start:
        _version(desk, ordinal, day.year, "original")
    if (day.month, day.day) == (12, 12) and ordinal != start:
        _version(desk, ordinal, day.year + 1, "original")
    first_year = day.year == day_of(start).year
    revised = ordinal == start + REVISION_OFFSET if first_year else (day.month, day.day) == (2, 15)
    if revised:
        _version(desk, ordinal, day.year, "revised")


def _version(desk: Desk, ordinal: int, year: int, kind: str) -> None:
    version_id = f"FY{year}-{kind}"
    row: Row = {"version_id": version_id, "kind": kind, "fiscal_year": year, "status": "approved", "currency": "EUR"}
    months = range(year * 12, year * 12 + 12)
    if kind == "original":
        row["approved_on"] = f"{year - 1}-12-12"
    else:
        effective = month_number(ordinal) + 1
        row["approved_on"], row["effective_from"] = (
            day_of(ordinal).isoformat(),
            day_of(month_first(effective)).isoformat(),
        )
        months = range(effective, year * 12 + 12)
    desk.tray.put(ordinal, "budget_versions", row)
    for line in _lines(desk, months, kind):
        desk.tray.put(
            ordinal, "budget_lines", {"version_id": version_id, "phasing": "even_day", "control": "warn", **line}
        )


def _lines(desk: Desk, months: range, kind: str) -> Iterator[Row]:
    """The lines of a version over the months it covers. A revision moves money from social to search."""
    if not months:
        return
    year = months[0] // 12
    error = generator(desk.plan.seed, Stream.BUDGETS, year).lognormal(0.02, 0.06, 64)
    shift = {"paid_social": 0.90, "nonbrand_search": 1.12} if kind == "revised" else {}
    for place, ((department, channel, account), daily) in enumerate(sorted(_media(desk).items())):
        for month in months:
            amount = _month(month, daily) * float(error[place]) * shift.get(channel, 1.0)
            if (department, channel) == _ZERO:
                amount = 0.0
            row: Row = {
                "period_id": month_name(month), "amount": _whole(desk, amount), "department_id": department,
                "channel": channel, "account_id": account,
            }  # fmt: skip
            if channel == "shopping":
                row |= {"phasing": "profile", "profile_id": "weekend"}
            if channel in _UNITS:
                row |= _quantity(desk, channel, amount)
            yield row
    for month in months:
        period = month_name(month)
        fee = _month(month, 1_700) * 0.08 + 950
        yield {"period_id": period, "amount": _whole(desk, fee), "department_id": "D110", "account_id": "4630"}
        yield {"period_id": period, "amount": _whole(desk, 900), "department_id": "D110", "account_id": "4650"}
    yield from _quarter_lines(desk, months, kind)


def _quarter_lines(desk: Desk, months: range, kind: str) -> Iterator[Row]:
    """Lines by quarter: e-mail without an account, events without channel and account, production by milestone."""
    more = 1.08 if kind == "revised" else 1.0
    for quarter in sorted({month // 3 for month in months}):
        name = f"{quarter // 4}-Q{quarter % 4 + 1}"
        yield {"period_id": name, "amount": _whole(desk, 3 * 640 * more), "department_id": "D140", "channel": "email"}
        yield {
            "period_id": name, "amount": _whole(desk, 7_000 * more), "department_id": "D150", "phasing": "whole_period",
            "control": "stop",
        }  # fmt: skip
        for month in range(quarter * 3, quarter * 3 + 3):
            yield {
                "period_id": name, "amount": _whole(desk, 3_900 * more), "department_id": "D120", "account_id": "4640",
                "phasing": "milestone", "milestone_date": day_of(month_first(month) + 19).isoformat(),
            }  # fmt: skip


def _media(desk: Desk) -> dict[tuple[str, str, str], float]:
    """An ordinary day's euros at scale 1 by department, channel and ledger account."""
    groups: dict[tuple[str, str, str], float] = {}
    for campaign in desk.plan.campaigns:
        channel = CHANNELS[CHANNEL_INDEX[campaign.channel]]
        key = (campaign.department_id, channel.name, channel.account)
        groups[key] = groups.get(key, 0.0) + channel.daily_spend * campaign.share
    return groups


def _month(month: int, daily: float) -> float:
    """A month's plan from an ordinary day: controllers know the season and the days, not what will happen."""
    return daily * month_days(month) * season(month_first(month) + 14)


def _quantity(desk: Desk, channel: str, amount: float) -> Row:
    known = CHANNELS[CHANNEL_INDEX[channel]]
    unit = _UNITS[channel]
    price = known.cost_per_click if unit == "click" else known.cost_per_mille
    return {"quantity": round(amount * desk.plan.scale / price), "unit": unit}


def _whole(desk: Desk, euros: float) -> str:
    """Controllers plan in whole euros."""
    return f"{round(euros * desk.plan.scale)}.00"
