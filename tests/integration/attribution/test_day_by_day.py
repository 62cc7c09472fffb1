"""Twelve days of late, restated, moved and merged rows: built delivery by delivery, they equal one build of all.

A fiscal period ends on the sixth day, so that weights are learnt for two, and late rows reach the one that has ended.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from outlay.company import FiscalCalendarSection
from tests.integration.attribution.small_company import conversion, refund, touch
from tests.support.dbt_runs import build, rows
from tests.support.landing import changed_days, write_landing

Row = dict[str, Any]
Deliveries = list[tuple[int, str, Row]]  # day of delivery, entity, row
START = datetime.fromisoformat("2026-03-01")
DAYS = 12
RUNS = (4, 7, 8, 12)
CHANNELS = ("search", "social", "email", "direct", "display")
SETTINGS = {"default_gross_margin": "0.3", "since_last_conversion": True, "click_window_days": 5, "fit_days": 8}
CALENDAR = FiscalCalendarSection(pattern="13x4", first_day=date(2026, 2, 7))
TABLES = {
    "marts.attribution_effects": "period_id, model, level, member",
    "marts.touch_credits": "conversion_id, model, touch_number",
    "marts.attributed_revenue_daily": "date_day, campaign_id, channel, model",
}


def simulated(seed: int) -> Deliveries:
    """A journey of thirty people; a fifth of the rows comes late, a tenth comes again, changed and on another day."""
    random_ = random.Random(seed)
    deliveries: Deliveries = []

    def deliver(entity: str, row: Row, clock: str, other: Row) -> None:
        delivered = _day(row[clock]) + (random_.randint(1, 4) if random_.random() < 0.2 else 0)
        deliveries.append((delivered, entity, {**row, "delivery_no": 2 * delivered}))
        if random_.random() < 0.1:
            moved = {**row, **other}
            again = max(delivered + random_.randint(1, 3), _day(moved[clock]))
            deliveries.append((again, entity, {**moved, "delivery_no": 2 * again + 1}))

    for number in range(260):
        user, at = f"u{random_.randrange(30)}", _instant(random_)
        campaign = random_.choice([None, "c1", "c2", "c3"])
        row = touch(f"t{number}", user, at, random_.choice(CHANNELS), campaign_id=campaign)
        deliver("touchpoints", row, "touched_at", {"touched_at": _instant(random_), "channel": "video"})
    for number in range(70):
        at, currency = _instant(random_), random_.choice(["EUR", "EUR", "JPY"])
        revenue = str(random_.randint(-200, 5000) / 100 if currency == "EUR" else random_.randint(100, 9000))
        row = conversion(f"k{number}", f"u{random_.randrange(30)}", at, revenue, currency=currency)
        deliver("conversions", row, "converted_at", {"converted_at": _instant(random_), "revenue": "77.77"})
        if random_.random() < 0.4:
            back = refund(f"r{number}", f"k{number}", _instant(random_), "3.33")
            deliver("refunds", back, "refunded_at", {"amount": "1.11"})
    for number in range(8):
        alias = {"user_id": f"u{number}", "canonical_user_id": f"u{random_.randrange(number + 1, 30)}"}
        deliveries.append((random_.randint(2, DAYS), "identities", alias))
    for day in range(1, DAYS + 1):
        rate = {"from_currency": "EUR", "to_currency": "JPY", "date_day": f"2026-03-{day:02}", "rate": str(150 + day)}
        deliveries.append((day, "fx_rates", {**rate, "delivery_no": 1}))
    restated = {"from_currency": "EUR", "to_currency": "JPY", "date_day": "2026-03-05", "rate": "99", "delivery_no": 2}
    deliveries.append((8, "fx_rates", restated))
    campaign = {"platform": "meta", "campaign_id": "c9", "name": "Social", "channel": "social"}
    deliveries.append((1, "campaigns", campaign))
    for day in range(1, DAYS + 1):
        spend = {"platform": "meta", "account_id": "a", "campaign_id": "c9", "date_day": f"2026-03-{day:02}"}
        spend |= {"spend": str(10 + day), "currency": "EUR", "delivery_no": 1}
        deliveries.append((day, "platform_spend", spend))
        if day % 5 == 0:  # restated two days later
            deliveries.append((day + 2, "platform_spend", {**spend, "spend": "99", "delivery_no": 2}))
    tested = {"test_id": "l1", "channel": "social", "start_date": "2026-03-01", "end_date": "2026-03-05"}
    tested |= {"spend_delta": "20", "currency": "EUR", "outcome_delta": "1.5", "standard_error": "0.4"}
    deliveries.append((8, "lift_tests", tested))
    return deliveries


def _instant(random_: random.Random) -> str:
    # whole hours, so that touches and conversions of one instant occur
    return str(START + timedelta(hours=random_.randrange(24 * (DAYS - 1))))


def _day(instant: str) -> int:
    return (datetime.fromisoformat(instant) - START).days + 1


def landed_by(deliveries: Deliveries, day: int) -> dict[str, list[Row]]:
    landed: dict[str, list[Row]] = {}
    for delivered, entity, row in deliveries:
        if delivered <= day:
            landed.setdefault(entity, []).append(row)
    return landed


def canonical(aliases: Sequence[Row]) -> dict[str, str]:
    """Aliases point to later users only, so chains end."""
    next_ = {row["user_id"]: row["canonical_user_id"] for row in aliases}

    def end(user: str) -> str:
        return end(next_[user]) if user in next_ else user

    return {user: end(user) for user in next_}


def window(before: Mapping[str, list[Row]], after: Mapping[str, list[Row]], last_run: int) -> Iterator[Row]:
    """The changed days and the one after the last run's; from the first day of people newly bound on; of a new rate."""
    yield from changed_days(before, after)
    yield {"entity": "conversions", "date_day": f"2026-03-{last_run + 1:02}"}
    if before.get("lift_tests") != after.get("lift_tests"):
        yield {"entity": "lift_tests", "date_day": "1900-01-01"}
    old, new = canonical(before.get("identities", [])), canonical(after.get("identities", []))
    bound = {user for user in old | new if old.get(user) != new.get(user)}
    active = [
        row.get("touched_at") or row.get("converted_at")
        for entity in ("touchpoints", "conversions")
        for row in after.get(entity, [])
        if row["user_id"] in bound
    ]
    if active:
        yield {"entity": "touchpoints", "date_day": min(active)[:10]}
    rates = [row["date_day"] for row in after["fx_rates"] if row not in before.get("fx_rates", [])]
    if rates:
        for row in after.get("conversions", []):
            if row["converted_at"][:10] >= min(rates):
                yield {"entity": "conversions", "date_day": row["converted_at"][:10]}


def run(folder: Path, landed: Mapping[str, list[Row]], day: int, **run_inputs: Any) -> None:
    write_landing(folder / "landing", landed, as_of=f"2026-03-{day:02}", calendar=CALENDAR, **SETTINGS, **run_inputs)
    selection = ("--select", "+attributed_revenue_daily", "attribution_effects", "--indirect-selection", "buildable")
    build(folder / "landing", folder / "warehouse.duckdb", *selection, "--exclude-resource-type", "unit_test")


def test_day_by_day_on_one_thread_equals_one_build_on_four(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliveries = simulated(seed=1)
    before: dict[str, list[Row]] = {}
    last_run = 0
    monkeypatch.setenv("OUTLAY_THREADS", "1")
    for day in RUNS:
        after = landed_by(deliveries, day)
        changes = {} if not before else {"changed_days": list(window(before, after, last_run))}
        run(tmp_path / "daily", after, day, **changes)
        before, last_run = after, day

    monkeypatch.setenv("OUTLAY_THREADS", "4")
    run(tmp_path / "once", landed_by(deliveries, DAYS), DAYS)

    for table, key in TABLES.items():
        daily, once = (
            rows(tmp_path / way / "warehouse.duckdb", f"select * from {table} order by {key}")
            for way in ("daily", "once")
        )
        assert once, table
        assert daily == once, table
