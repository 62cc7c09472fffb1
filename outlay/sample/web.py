"""The web stream: touches, conversions, refunds and identity merges, held back until the day they are delivered."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from outlay.sample.chance import Stream, generator
from outlay.sample.days import midnight
from outlay.sample.demand import Demand
from outlay.sample.files import Exports, gzipped
from outlay.sample.journeys import ALIAS, CONVERSION, TOUCH, WARM_UP_DAYS, simulate_outing
from outlay.sample.plan import CHANNELS, Plan

CURRENCIES = ("EUR", "GBP", "USD")
_MEMORY_DAYS = 120  # customers of the last four months may come back
_REFUND_SHARE, _CORRECTED_SHARE, _REPEATED_SHARE = 0.045, 0.02, 0.002
# Channels whose touches are arrivals without a click on anything of ours.
_VISITS = np.array([channel.name in ("organic_search", "direct") for channel in CHANNELS])

REFUND = np.dtype([("conversion", "i8"), ("cents", "i8"), ("currency", "i1"), ("at", "i8"), ("due", "i4")])


@dataclass(frozen=True)
class WebDay:
    """What one delivery day holds: arrays of journeys.TOUCH, CONVERSION, ALIAS and of REFUND.

    `conversions` are told for the first time; `corrections` are known conversions whose revenue was put right.
    `repeated` are touches that stand in the day's file a second time: a stream delivers at least once.
    """

    touches: NDArray[np.void]
    repeated: NDArray[np.void]
    conversions: NDArray[np.void]
    corrections: NDArray[np.void]
    refunds: NDArray[np.void]
    aliases: NDArray[np.void]


class WebStream:
    """Simulates outings day by day and hands out what is delivered. Memory holds what is still under way."""

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self._touches = np.zeros(0, dtype=TOUCH)
        self._conversions = np.zeros(0, dtype=CONVERSION)
        self._corrections = np.zeros(0, dtype=CONVERSION)
        self._refunds = np.zeros(0, dtype=REFUND)
        self._aliases = np.zeros(0, dtype=ALIAS)
        self._customers: deque[NDArray[np.int64]] = deque(maxlen=_MEMORY_DAYS)
        for ordinal in range(demand.plan.start - WARM_UP_DAYS, demand.plan.start):
            self.deliver(ordinal)

    def deliver(self, ordinal: int) -> WebDay:
        """The delivery of a day. Days must be asked for in order, each once."""
        customers = np.concatenate(self._customers) if self._customers else np.zeros(0, dtype=np.int64)
        outing = simulate_outing(self.demand, ordinal, customers)
        touches, self._touches = _due(self._touches, outing.touches, ordinal)
        conversions, self._conversions = _due(self._conversions, outing.conversions, ordinal)
        aliases, self._aliases = _due(self._aliases, outing.aliases, ordinal)
        told = conversions[np.lexsort((conversions["id"], conversions["at"]))]
        # What happened before the exports begin was never exported, so nothing can refer to it.
        before = midnight(self.demand.plan.start)
        shown = told[told["at"] >= before]
        corrected, refunded = _aftermath(self.demand.plan, ordinal, shown)
        corrections, self._corrections = _due(self._corrections, corrected, ordinal)
        refunds, self._refunds = _due(self._refunds, refunded, ordinal)
        self._customers.append(told["visitor"].copy())
        touches = touches[touches["at"] >= before]
        touches = touches[np.lexsort((touches["id"], touches["at"]))]
        again = generator(self.demand.plan.seed, Stream.REPEATS, ordinal).random(len(touches)) < _REPEATED_SHARE
        return WebDay(touches, touches[again], shown, corrections, refunds, aliases)

    @property
    def waiting(self) -> int:
        """Rows held back for later days: bounded by the length of a journey, not by the run."""
        return len(self._touches) + len(self._conversions) + len(self._refunds) + len(self._aliases)


def _due(waiting: NDArray[np.void], fresh: NDArray[np.void], ordinal: int) -> tuple[NDArray[np.void], NDArray[np.void]]:
    rows = np.concatenate([waiting, fresh])
    now = rows["due"] <= ordinal
    return rows[now], rows[~now]


def _aftermath(plan: Plan, ordinal: int, told: NDArray[np.void]) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """The corrections and refunds that will follow the conversions told on a day."""
    rng = generator(plan.seed, Stream.DELIVERY, ordinal)
    count = len(told)
    corrected = told[(rng.random(count) < _CORRECTED_SHARE) & told["purchase"]].copy()
    corrected["was"] = corrected["cents"]
    change = rng.uniform(0.8, 1.15, len(corrected))
    corrected["cents"] = np.rint(corrected["cents"] * change).astype(np.int64)
    corrected["margin"] = np.rint(corrected["margin"] * change).astype(np.int64)
    corrected["due"] = ordinal + rng.integers(1, 5, len(corrected))
    back = told[(rng.random(count) < _REFUND_SHARE) & told["purchase"]]
    back = back[~np.isin(back["id"], corrected["id"])]
    refunds = np.zeros(len(back), dtype=REFUND)
    refunds["conversion"], refunds["currency"] = back["id"], back["currency"]
    partial = np.where(rng.random(len(back)) < 0.35, rng.uniform(0.2, 0.8, len(back)), 1.0)
    refunds["cents"] = np.rint(back["cents"] * partial).astype(np.int64)
    refunds["due"] = ordinal + rng.integers(2, 28, len(back))
    refunds["at"] = [midnight(int(due)) for due in refunds["due"]]
    refunds["at"] += rng.integers(8 * 3600, 19 * 3600, len(back))
    return corrected, refunds


def write_web_files(exports: Exports, plan: Plan, ordinal: int, day: WebDay) -> None:
    """The day's files: up to four, none of what did not happen."""
    if len(day.touches) + len(day.repeated):
        exports.delivery("web", "touchpoints", ordinal, ".csv.gz", gzipped(_touch_csv(plan, day), 1))
    if len(day.conversions) + len(day.corrections):
        exports.delivery("web", "conversions", ordinal, ".csv", _conversion_csv(ordinal, day))
    if len(day.refunds):
        exports.delivery("web", "refunds", ordinal, ".csv", _refund_csv(day.refunds))
    if len(day.aliases):
        exports.delivery("web", "identities", ordinal, ".csv", _alias_csv(day.aliases))


def _touch_csv(plan: Plan, day: WebDay) -> bytes:
    touches = np.concatenate([day.touches, day.repeated])
    campaign = touches["campaign"].astype(np.int64)
    kind = np.where(touches["view"], 0, np.where(_VISITS[touches["channel"]], 2, 1))
    return _csv(
        event_id=_ids("t", touches["id"]),
        visitor_id=_visitors(touches["visitor"]),
        event_time=_times(touches["at"]),
        channel=_pick([channel.name for channel in CHANNELS], touches["channel"]),
        campaign_id=_pick([item.campaign_id for item in plan.campaigns], campaign),
        utm_source=_pick([item.platform.name for item in plan.campaigns], campaign),
        interaction=_pick(["view", "click", "visit"], kind),
    )


def _conversion_csv(ordinal: int, day: WebDay) -> bytes:
    rows = np.concatenate([day.conversions, day.corrections])
    # First told at once; put right on the delivery day: the later `source_updated_at` wins.
    updated = rows["at"].copy()
    updated[len(day.conversions) :] = midnight(ordinal + 1) - 1800
    return _csv(
        conversion_id=conversion_ids(rows["id"]),
        user_id=_visitors(rows["visitor"]),
        converted_at=_times(rows["at"]),
        revenue=_money(rows["cents"]),
        currency=_pick(CURRENCIES, rows["currency"]),
        conversion_type=_pick(["lead", "purchase"], rows["purchase"].astype(np.int64)),
        customer_id=_ids("k", rows["visitor"] // 4),
        order_id=pc.if_else(pa.array(rows["purchase"]), _ids("o", rows["id"]), pa.scalar("")),
        margin=_money(rows["margin"]),
        is_first=_pick(["false", "true"], rows["first"].astype(np.int64)),
        source_updated_at=_times(updated),
    )


def _refund_csv(refunds: NDArray[np.void]) -> bytes:
    return _csv(
        refund_id=_ids("r", refunds["conversion"]),
        conversion_id=conversion_ids(refunds["conversion"]),
        refunded_at=_times(refunds["at"]),
        amount=_money(refunds["cents"]),
        currency=_pick(CURRENCIES, refunds["currency"]),
    )


def _alias_csv(aliases: NDArray[np.void]) -> bytes:
    return _csv(
        user_id=_visitors(aliases["visitor"]),
        canonical_user_id=_visitors(aliases["canonical"]),
        since=_times(aliases["since"]),
    )


def conversion_ids(numbers: NDArray[np.int64]) -> pa.Array:
    """The ids under which conversions are exported, as text."""
    return _ids("c", numbers)


def touch_ids(numbers: NDArray[np.int64]) -> pa.Array:
    """The ids under which touches are exported, as text."""
    return _ids("t", numbers)


def _visitors(visitors: NDArray[np.int64]) -> pa.Array:
    device = _pick(["", "-m", "-w", "-x"], visitors % 4)
    return pc.binary_join_element_wise(_ids("v", visitors // 4), device, "")


def _ids(prefix: str, numbers: NDArray[np.int64]) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(np.ascontiguousarray(numbers)).cast(pa.string()), 11, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def _pick(names: Sequence[str], number: NDArray[np.integer]) -> pa.Array:
    """names[number] as text; empty where number is negative."""
    values = pa.array([*names, ""])
    index = np.where(number < 0, len(names), number).astype(np.int32)
    return values.take(pa.array(index))


def _times(at: NDArray[np.int64]) -> pa.Array:
    return pa.array(np.ascontiguousarray(at)).cast(pa.timestamp("s")).cast(pa.string())


def _money(cents: NDArray[np.int64]) -> pa.Array:
    whole = pa.array(np.ascontiguousarray(cents // 100)).cast(pa.string())
    part = pc.utf8_lpad(pa.array(np.ascontiguousarray(cents % 100)).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(whole, part, ".")


def _csv(**columns: pa.Array) -> bytes:
    out = io.BytesIO()
    options = pa_csv.WriteOptions(quoting_style="none", quoting_header="none")
    pa_csv.write_csv(pa.table(columns), out, write_options=options)
    return out.getvalue()
