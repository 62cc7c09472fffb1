"""What is planned and agreed: budgets in two versions, flights, campaigns, departments, orders, period locks, tests."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from outlay.sample.chance import Stream, generator
from outlay.sample.days import day_of, month_name, month_number
from outlay.sample.desk import Desk
from outlay.sample.files import money
from outlay.sample.fx import BUDGET_RATES
from outlay.sample.plan import (
    CHANNELS,
    DEPARTMENTS,
    END_OFFSET,
    OVERRUN_DAYS,
    SLOPPY_NAME,
    SPEND_AFTER_END,
    Campaign,
)
from outlay.sample.tray import Row
from outlay.sample.truth import Anomaly

MOVE_OFFSET = 59  # the day on which a department gets another parent


def plan_first_day(desk: Desk) -> None:
    """Master data of marketing and treasury, known on the first day."""
    start = desk.plan.start
    for department_id, name, parent in DEPARTMENTS:
        row = {"department_id": department_id, "name": name, "parent_id": parent}
        desk.tray.put(start, "departments", {**row, "valid_from": day_of(start - 700).isoformat()})
    for campaign in desk.plan.campaigns:
        desk.tray.put(start, "campaigns", campaign_row(desk, campaign, "enabled"))
    for year in (day_of(start).year, day_of(start).year + 1):
        for currency, per_euro in BUDGET_RATES.items():
            rate = (1 / Decimal(per_euro)).quantize(Decimal("0.00000001"))
            row = {"from_currency": currency, "to_currency": "EUR", "date_day": f"{year}-01-01", "rate": str(rate)}
            desk.tray.put(start, "fx_rates", {**row, "rate_type": "budget"})
    desk.tray.put(start, "fx_locks", {
        "lock_id": "FXL-1", "from_currency": "USD", "to_currency": "EUR", "rate": "0.91500000",
        "amount": money(desk.plan.cents(9_000)), "start_date": day_of(start).isoformat(),
        "end_date": day_of(start + 180).isoformat(),
    })  # fmt: skip
    for weekday, weight in enumerate(("0.13", "0.12", "0.12", "0.13", "0.14", "0.18", "0.18"), 1):
        desk.tray.put(start, "budget_profiles", {"profile_id": "weekend", "weekday": weekday, "weight": weight})
    before = month_number(start) - 1
    closed = {"period_id": month_name(before), "status": "closed", "closed_at": f"{day_of(start - 1)} 16:00:00"}
    desk.tray.put(start, "fiscal_periods", closed)
    _tell_overrun(desk)
    for back in (140, 75):
        _lift_test(desk, start, start - back)


def campaign_row(desk: Desk, campaign: Campaign, status: str) -> Row:
    """A campaign as marketing's master list has it; the one with the sloppy name was never entered properly."""
    sloppy, ends = campaign.name == SLOPPY_NAME, campaign.name == SPEND_AFTER_END
    return {
        "platform": campaign.platform.name,
        "campaign_id": campaign.campaign_id,
        "name": campaign.name,
        "department_id": "" if sloppy else campaign.department_id,
        "start_date": day_of(desk.plan.start - 120).isoformat(),
        "end_date": day_of(desk.plan.start + END_OFFSET).isoformat() if ends else "",
        "status": status,
        "daily_budget": money(desk.plan.daily_budget(campaign)),
        "objective": "leads" if campaign.channel == "b2b_social" else "sales",
    }


def plan_day(desk: Desk, ordinal: int) -> None:
    """What marketing and the controllers hand over on an ordinary day."""
    start, offset = desk.plan.start, ordinal - desk.plan.start
    _announce_flights(desk, ordinal)
    if offset == END_OFFSET + 1:
        ended = next(campaign for campaign in desk.plan.campaigns if campaign.name == SPEND_AFTER_END)
        desk.tray.put(ordinal, "campaigns", campaign_row(desk, ended, "ended"))
    if offset == MOVE_OFFSET - 9:
        _move_department(desk, ordinal)
    if offset % 91 == 58:
        _lift_test(desk, ordinal, ordinal - 24)
    day = day_of(ordinal)
    before = month_number(ordinal) - 1
    if ordinal == start or day.day == 1:
        desk.tray.put(ordinal, "fiscal_periods", {"period_id": month_name(before + 1), "status": "open"})
    if before >= month_number(start) and day.day in (8, 16):
        status = "soft_closed" if day.day == 8 else "closed"
        row = {"period_id": month_name(before), "status": status, "closed_at": f"{day.isoformat()} 16:00:00"}
        desk.tray.put(ordinal, "fiscal_periods", row)


def _announce_flights(desk: Desk, ordinal: int) -> None:
    """The planners' list goes out on Mondays, with what was announced in the week; the first has all that is known."""
    start = desk.plan.start
    if ordinal != start and day_of(ordinal).weekday() != 0:
        return
    since = max(ordinal - 6, start + 1) if ordinal != start else start
    for month in range(month_number(ordinal), month_number(ordinal) + 3):
        for flight in desk.demand.month(month).flights:
            told = flight.announced_on
            if told is None or flight.last < start or not since <= max(told, start) <= ordinal:
                continue
            campaign = desk.plan.campaigns[flight.campaign]
            desk.tray.put(ordinal, "planned_flights", {
                "campaign_id": campaign.campaign_id, "start_date": day_of(flight.first).isoformat(),
                "end_date": day_of(flight.last).isoformat(), "planned_amount": money(flight.planned_cents),
                "currency": campaign.platform.currency, "announced_on": day_of(told).isoformat(),
            })  # fmt: skip


def _move_department(desk: Desk, ordinal: int) -> None:
    department_id, name, parent = next(item for item in DEPARTMENTS if item[0] == "D112")
    moved = desk.plan.start + MOVE_OFFSET
    row = {"department_id": department_id, "name": name}
    before = {"valid_from": day_of(desk.plan.start - 700).isoformat(), "valid_to": day_of(moved - 1).isoformat()}
    desk.tray.put(ordinal, "departments", {**row, "parent_id": parent, **before})
    desk.tray.put(ordinal, "departments", {**row, "parent_id": "D120", "valid_from": day_of(moved).isoformat()})


def _tell_overrun(desk: Desk) -> None:
    """The campaign that goes on after its end: what those days cost."""
    campaign = next(item for item in desk.plan.campaigns if item.name == SPEND_AFTER_END)
    begin = desk.plan.start + END_OFFSET + 1
    cents = sum(int(desk.demand.final_cents(begin + day)[campaign.number]) for day in range(OVERRUN_DAYS))
    note = f"served until {day_of(begin + OVERRUN_DAYS - 1)}, ended on {day_of(begin - 1)}"
    evidence = (("campaign", campaign.campaign_id),)
    desk.truth.anomalies.append(
        Anomaly(begin + OVERRUN_DAYS + 2, "spend_after_end", "run_rate", cents, "EUR", evidence, note)
    )


def _lift_test(desk: Desk, told: int, begin: int) -> None:
    """Two weeks of more spend in one channel, and what it brought by the true curve, measured with 12 % error."""
    rng = generator(desk.plan.seed, Stream.LIFT_TESTS, begin)
    paid = [number for number, channel in enumerate(CHANNELS) if channel.daily_spend]
    number = int(rng.choice(paid))
    channel, days, more = CHANNELS[number], 14, float(rng.uniform(0.3, 0.7))
    ordinary = np.array([item.daily_spend for item in CHANNELS])
    raised = ordinary.copy()
    raised[number] *= 1 + more
    touches = float((desk.demand.hill(raised, 1.0) - desk.demand.hill(ordinary, 1.0))[number])
    hazard = channel.hazard * (1 - 0.75 * channel.view_share)
    effect = touches * hazard * days * desk.plan.scale
    error = max(0.12 * effect, 0.01)
    desk.tray.put(told, "lift_tests", {
        "test_id": f"LT-{day_of(begin):%Y%m%d}-{channel.name}", "channel": channel.name,
        "start_date": day_of(begin).isoformat(), "end_date": day_of(begin + days - 1).isoformat(),
        "spend_delta": money(desk.plan.cents(channel.daily_spend * more * days)), "currency": "EUR",
        "outcome_delta": f"{effect + float(rng.normal(0, error)):.6f}", "standard_error": f"{error:.6f}",
        "outcome_kind": "conversions",
    })  # fmt: skip
