"""What a published version says in a few sentences: rows in, what ties, where the month stands, what is worth money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

FINDINGS = 3

_QUARANTINED = """
    select count(*), count(*) filter (where reason = 'future_dated') from marts.quarantined_rows
"""
_TIED = """
    select
        sum(served_amount), sum(ledger_amount), sum(abs(unexplained_amount)), sum(item_count), count(distinct vendor_id)
    from marts.reconciliation_summaries
"""
_CREDITED = """
    with sums as (select model, sum(revenue_amount) as revenue from marts.touch_credits group by model)
    select count(*), min(revenue), max(revenue) from sums
"""
# The departments without a parent: the others are in them.
_PERIOD = """
    select
        periods.period_id,
        sum(rollups.actual_amount),
        sum(rollups.variance_amount),
        sum(rollups.budget_amount),
        sum(rollups.forecast_amount)
    from marts.fiscal_periods as periods
    inner join marts.budget_rollups as rollups
        on periods.period_id = rollups.period_id and rollups.is_in_force and rollups.parent_department_id is null
    where periods.period_kind = 'period' and ? between periods.start_date and periods.end_date
    group by periods.period_id
"""
# Cells of the period that stand at `act` on its last known day, and since when without a break.
_ALERTS = """
    with period as (
        select period_id, end_date from marts.fiscal_periods
        where period_kind = 'period' and ? between start_date and end_date
    ),
    days as (
        select consumption.*, period.end_date,
            lag(alert) over (partition by department_id, channel order by date_day) as alert_before,
            max(date_day) over () as last_day
        from marts.budget_consumption_daily as consumption
        inner join period on consumption.period_id = period.period_id
    )
    select department_id, channel, alert_direction, pace, actual_to_date_amount, budget_to_date_amount,
        exhaustion_date, alert_before is distinct from 'act' as is_new
    from days
    where date_day = last_day and alert = 'act'
    order by abs(actual_to_date_amount - budget_to_date_amount) desc, department_id, channel
"""
_CLAIMS = """
    select detector, claimable_amount, explanation, vendors.name
    from marts.savings_opportunities as claims
    left join marts.vendors as vendors on claims.vendor_id = vendors.vendor_id
    where claims.status = 'identified' and claims.counts_as_saving and claimable_amount > 0
    order by claimable_amount desc, claim_id
    limit ?
"""
_CLAIMED = """
    select
        count(*) filter (counts_as_saving),
        sum(claimable_amount) filter (counts_as_saving),
        count(*) filter (not counts_as_saving),
        sum(claimable_amount) filter (not counts_as_saving)
    from marts.savings_opportunities
    where status = 'identified' and claimable_amount > 0
"""
_PLANS = """
    select distinct plan_sentence from marts.allocation_recommendations
    where objective = 'most_outcome' and plan_action = 'shift'
"""


def story(database: Path, *, as_of: date, currency: str, landed_rows: int, sources: int) -> list[str]:
    """One line a fact, in the order of a run. `landed_rows` of `sources` stand in the landing zone."""
    with duckdb.connect(str(database), read_only=True) as connection:

        def one(sql: str, *values: Any) -> tuple[Any, ...]:
            return connection.execute(sql, list(values)).fetchone() or ()

        lines = [
            _rows(landed_rows, sources, one(_QUARANTINED)),
            _tied(one(_TIED), currency),
            _credited(one(_CREDITED), currency),
            _period(one(_PERIOD, as_of), currency),
            *_needed(alerts(database, as_of=as_of, currency=currency)),
            _claimed(one(_CLAIMED), currency),
            *(_claim(row, currency) for row in connection.execute(_CLAIMS, [FINDINGS]).fetchall()),
            *(sentence for (sentence,) in connection.execute(_PLANS).fetchall()),
        ]
    return [line for line in lines if line]


def alerts(database: Path, *, as_of: date, currency: str, only_new: bool = False) -> list[str]:
    """Budgets whose pace needs a person, the largest difference first; `only_new`: not those of the day before."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(_ALERTS, [as_of]).fetchall()
    return [_alert(row, currency) for row in rows if row[-1] or not only_new]


def _alert(row: tuple[Any, ...], currency: str) -> str:
    department, channel, direction, pace, actual, to_date, exhausted, _ = row
    at = "" if pace is None else f", {pace * 100:.0f} % of its pace"
    until = f"; it lasts until {exhausted}" if exhausted else ""
    return (
        f"{department} {channel} is {direction} budget{at}: "
        f"{_money(actual, currency)} of {_money(to_date, currency)} to date{until}."
    )


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount:,.2f} {currency}"


def _rows(landed: int, sources: int, quarantined: tuple[Any, ...]) -> str:
    count, future = quarantined
    told = f"{landed:,} rows of {sources} sources stand in the landing zone"
    if not count:
        return f"{told}; none is in quarantine."
    later = f", {future:,} of them dated later than this run" if future else ""
    return f"{told}; {count:,} more are in quarantine with file, row and reason{later}."


def _tied(row: tuple[Any, ...], currency: str) -> str:
    served, booked, unexplained, items, vendors = row
    if booked is None:
        return ""
    return (
        f"Platforms served {_money(served, currency)}, the ledger books {_money(booked, currency)} for it: "
        f"{items} items of {vendors} vendors explain the gap but for {_money(unexplained, currency)}."
    )


def _credited(row: tuple[Any, ...], currency: str) -> str:
    models, least, most = row
    if not models:
        return ""
    if least != most:
        return f"{models} attribution models credit between {_money(least, currency)} and {_money(most, currency)}."
    return f"{models} attribution models each credit {_money(most, currency)} of revenue, to the cent."


def _period(row: tuple[Any, ...], currency: str) -> str:
    if not row:
        return ""
    period, actual, over, budget, forecast = row
    stands = f"{_money(abs(over), currency)} {'over' if over > 0 else 'under'} budget to date" if over else "on budget"
    lands = f"; it is forecast to end at {_money(forecast, currency)}" if forecast is not None else ""
    return f"{period}: {_money(actual, currency)} spent, {stands}, of {_money(budget, currency)}{lands}."


def _needed(told: list[str]) -> list[str]:
    if not told:
        return []
    more = f" (of {len(told)})" if len(told) > FINDINGS else ""
    return [f"Budgets that need a person{more}:", *(f"  {line}" for line in told[:FINDINGS])]


def _claimed(row: tuple[Any, ...], currency: str) -> str:
    count, amount, others, other_amount = row
    if count:
        return f"{_claims(count)} to recover or no longer spend {_money(amount, currency)}, the largest:"
    if others:
        return f"{_claims(others)} of {_money(other_amount, currency)} to avoid, release or move; none is a saving yet."
    return "No claim is worth money in this data."


def _claims(count: int) -> str:
    return f"{count} claim" if count == 1 else f"{count} claims"


def _claim(row: tuple[Any, ...], currency: str) -> str:
    detector, amount, explanation, vendor = row
    return f"  {_money(amount, currency):>16}  {detector.replace('_', ' ')}, {vendor or 'no vendor'}: {explanation}"
