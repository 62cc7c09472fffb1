"""The web stream: sizes, days, late and repeated events, identities, refunds, and the planted causes."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from outlay.sample import SampleSummary, write_sample
from outlay.sample.chance import Stream, generator
from outlay.sample.days import midnight
from outlay.sample.demand import Demand
from outlay.sample.journeys import OWN_ACCORD, simulate_outing
from outlay.sample.plan import CHANNEL_INDEX, CHANNELS, make_plan
from outlay.sample.web import WebStream
from tests.unit.sample.reading import Rows

BERLIN = ZoneInfo("Europe/Berlin")
Read = Callable[[str], Rows]


@pytest.fixture(scope="module")
def touches(sample: SampleSummary) -> Rows:
    rows: Rows = []
    for path in sorted(sample.folder.glob("exports/web/touchpoints_*.csv.gz")):
        day = path.name[12:22]
        text = io.StringIO(gzip.decompress(path.read_bytes()).decode())
        rows += [{**row, "delivered": day} for row in csv.DictReader(text)]
    return rows


def company_day(moment: str) -> date:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(BERLIN).date()


def test_the_default_size_is_a_hundred_thousand_touches_in_90_days(sample: SampleSummary) -> None:
    # This sample has scale 0.2.
    assert sample.touchpoints == pytest.approx(20_000, rel=0.08)
    assert sample.conversions == pytest.approx(1_000, rel=0.12)
    assert sample.refunds > 10
    assert sample.campaigns == 60


def test_touches_come_with_their_company_day_and_some_come_late(touches: Rows, read: Read) -> None:
    on_time = {row["event_id"] for row in touches if row["delivered"] == company_day(row["event_time"]).isoformat()}
    late = {row["event_id"] for row in touches} - on_time
    assert sum(int(row["late_touchpoints"]) for row in read("truth/daily_totals.csv")) == len(late)
    ages = Counter((date.fromisoformat(row["delivered"]) - company_day(row["event_time"])).days for row in touches)
    assert set(ages) == {0, 1, 2, 3}
    assert 0.01 < sum(count for age, count in ages.items() if age) / len(touches) < 0.03


def test_totals_by_day_are_those_of_the_files(touches: Rows, read: Read, sample: SampleSummary) -> None:
    distinct = {row["event_id"]: company_day(row["event_time"]).isoformat() for row in touches}
    repeated = len(touches) - len(distinct)
    conversions = {row["conversion_id"]: row for row in read("exports/web/conversions_*.csv")}  # the last told wins
    revenue: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in conversions.values():
        revenue[company_day(row["converted_at"]).isoformat(), row["currency"]] += Decimal(row["revenue"])
    days = read("truth/daily_totals.csv")
    per_day = Counter(distinct.values())
    assert {row["date_day"]: int(row["touchpoints"]) for row in days} == {
        row["date_day"]: per_day[row["date_day"]] for row in days
    }
    assert sum(int(row["repeated_touchpoints"]) for row in days) == repeated > 0
    for row in days:
        for currency in ("EUR", "GBP", "USD"):
            assert Decimal(row[f"revenue_{currency}"]) == revenue[row["date_day"], currency]
    assert len(conversions) == sample.conversions == sum(int(row["conversions"]) for row in days)


def test_refunds_refer_to_purchases_told_before_and_never_exceed_them(read: Read) -> None:
    bought = {row["conversion_id"]: row for row in read("exports/web/conversions_*.csv")}
    refunds = read("exports/web/refunds_*.csv")
    assert len({row["refund_id"] for row in refunds}) == len(refunds)
    for row in refunds:
        purchase = bought[row["conversion_id"]]
        assert purchase["conversion_type"] == "purchase"
        assert row["currency"] == purchase["currency"]
        assert 0 < Decimal(row["amount"]) <= Decimal(purchase["revenue"])
        assert row["refunded_at"] > purchase["converted_at"]
    assert any(Decimal(row["amount"]) < Decimal(bought[row["conversion_id"]]["revenue"]) for row in refunds)


def test_identities_merge_ids_that_were_seen_apart_and_some_are_chains(touches: Rows, read: Read) -> None:
    merged = {row["user_id"]: row["canonical_user_id"] for row in read("exports/web/identities_*.csv")}
    seen = {row["visitor_id"] for row in touches}
    assert len(merged) > 200
    assert len(seen & merged.keys()) > 100
    assert any(target in merged for target in merged.values())
    assert all(not alias.endswith(target) for alias, target in merged.items())


def test_every_conversion_has_one_cause_and_the_touch_behind_it_came_before(touches: Rows, read: Read) -> None:
    at = {row["event_id"]: row for row in touches}
    conversions = {row["conversion_id"]: row for row in read("exports/web/conversions_*.csv")}
    causes = {row["conversion_id"]: row for row in read("truth/causes/*.csv")}
    assert causes.keys() == conversions.keys()
    shown = [(row, at[row["touch_id"]]) for row in causes.values() if row["touch_id"] in at]
    assert len(shown) > 0.7 * len(causes)
    for cause, touch in shown:
        assert touch["channel"] == cause["cause"]
        assert touch["campaign_id"] == cause["campaign_id"]
        assert touch["event_time"] <= conversions[cause["conversion_id"]]["converted_at"]
    organic = sum(row["cause"] == "organic" for row in causes.values())
    assert 0.05 < organic / len(causes) < 0.25


def test_two_types_three_currencies_and_customers_who_come_back(read: Read) -> None:
    rows = list({row["conversion_id"]: row for row in read("exports/web/conversions_*.csv")}.values())
    assert {row["conversion_type"] for row in rows} == {"purchase", "lead"}
    assert {row["currency"] for row in rows} == {"EUR", "GBP", "USD"}
    assert {row["revenue"] for row in rows if row["conversion_type"] == "lead"} == {"0.00"}
    by_customer = Counter(row["customer_id"] for row in rows)
    assert max(by_customer.values()) > 1
    first = [row["customer_id"] for row in rows if row["is_first"] == "true"]
    assert len(first) == len(set(first))


def test_a_touch_causes_a_conversion_with_its_channels_hazard() -> None:
    plan = make_plan(7, 3.0, date(2026, 1, 1).toordinal())
    demand, nobody = Demand(plan), np.zeros(0, dtype=np.int64)
    outings = [simulate_outing(demand, plan.start + day, nobody) for day in range(8)]
    touches = np.concatenate([outing.touches for outing in outings])
    causes = np.concatenate([outing.conversions["cause"] for outing in outings])
    for name in ("affiliates", "email", "organic_search", "direct"):  # no campaigns: nothing but the channel's hazard
        number = CHANNEL_INDEX[name]
        seen, caused = int((touches["channel"] == number).sum()), int((causes == number).sum())
        # Touches after a conversion are seen and cause nothing, so the share lies a little below the hazard.
        assert caused / seen == pytest.approx(CHANNELS[number].hazard, rel=0.25)
    assert (causes == OWN_ACCORD).any()


def test_touches_follow_the_hill_curve_of_the_days_spend() -> None:
    plan = make_plan(7, 1.0, date(2026, 1, 1).toordinal())
    demand = Demand(plan)
    ordinary = np.array([channel.daily_spend for channel in CHANNELS])
    at_ordinary, doubled = demand.hill(ordinary, 1.0), demand.hill(2 * ordinary, 1.0)
    # Shopping: half saturation at its ordinary spend and slope 1, so 120 touches there; twice the spend gives 160.
    assert at_ordinary[CHANNEL_INDEX["shopping"]] == pytest.approx(120)
    assert doubled[CHANNEL_INDEX["shopping"]] == pytest.approx(160)
    assert doubled[CHANNEL_INDEX["direct"]] == at_ordinary[CHANNEL_INDEX["direct"]] == pytest.approx(98)


def test_memory_holds_journeys_under_way_and_not_the_past() -> None:
    stream = WebStream(Demand(make_plan(7, 0.3, date(2026, 1, 1).toordinal())))
    start = stream.demand.plan.start
    waiting = []
    for day in range(60):
        stream.deliver(start + day)
        waiting.append(stream.waiting)
    assert max(waiting[30:]) < 1.3 * max(waiting[:30])


def test_the_clocks_change_within_a_day_of_23_hours() -> None:
    spring = date(2026, 3, 29)
    assert midnight((spring + timedelta(days=1)).toordinal()) - midnight(spring.toordinal()) == 23 * 3600


def test_streams_of_chance_are_independent_of_each_other() -> None:
    drawn = {float(generator(7, stream, number).random()) for stream in Stream for number in range(3)}
    assert len(drawn) == 3 * len(Stream)


def test_the_whole_default_sample_is_known_by_its_arguments() -> None:
    assert write_sample.__kwdefaults__ == {
        "days": 90,
        "scale": 1.0,
        "seed": 7,
        "start": date(2026, 1, 1),
        "progress": None,
    }
