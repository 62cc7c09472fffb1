"""What the ad platforms report: each day's figures as first told, and as told again on the three days after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outlay.sample.chance import Stream, generator
from outlay.sample.demand import Demand
from outlay.sample.plan import CHANNELS, Campaign

RESTATEMENT_DAYS = 3
# Long after the window a platform takes back invalid traffic: told 70 days in, about 20 days earlier, every 91 days.
DEEP_PERIOD, DEEP_TOLD, DEEP_BACK = 91, 70, 20
DEEP_CAMPAIGN = "DE_SOC_Lookalike"
DEEP_KEEPS_PERCENT = 82
_BASKET_CENTS = 12_900


@dataclass(frozen=True)
class Figures:
    """One campaign's day as a platform tells it. Money in cents of the platform's currency.

    `before_cents` is the spend told before, where this day is told again.
    """

    campaign: Campaign
    ordinal: int
    cents: int
    impressions: int
    clicks: int
    conversions: int
    value_cents: int
    before_cents: int | None = None


class PlatformReports:
    """The deliveries of all platforms. Keeps what was delivered and what is final, one integer a campaign and day."""

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self.delivered: dict[int, NDArray[np.int64]] = {}
        self.final: dict[int, NDArray[np.int64]] = {}
        self._versions: dict[int, NDArray[np.int64]] = {}

    def deliver(self, ordinal: int) -> list[Figures]:
        """The rows delivered on a day: that day's, and those of the days before whose figures changed."""
        start = self.demand.plan.start
        self._versions[ordinal] = self._all_versions(ordinal)
        self.delivered[ordinal] = self._versions[ordinal][0, 0].copy()
        self.final[ordinal] = self._versions[ordinal][RESTATEMENT_DAYS, 0].copy()
        rows = self._rows(ordinal, 0, None)
        for age in range(1, RESTATEMENT_DAYS + 1):
            if ordinal - age >= start:
                rows += self._rows(ordinal - age, age, self._versions[ordinal - age][age - 1])
                self.delivered[ordinal - age] = self._versions[ordinal - age][age, 0].copy()
        self._versions.pop(ordinal - RESTATEMENT_DAYS, None)
        if (ordinal - start) % DEEP_PERIOD == DEEP_TOLD:
            rows += self._deep(ordinal - DEEP_BACK)
        return rows

    def deep_restatement(self, ordinal: int) -> tuple[Campaign, int, int, int] | None:
        """The restatement told on a day, if any: campaign, day restated, cents before and after."""
        plan = self.demand.plan
        if (ordinal - plan.start) % DEEP_PERIOD != DEEP_TOLD:
            return None
        campaign = next(item for item in plan.campaigns if item.name == DEEP_CAMPAIGN)
        before = int(self.demand.final_cents(ordinal - DEEP_BACK)[campaign.number])
        return campaign, ordinal - DEEP_BACK, before, before * DEEP_KEEPS_PERCENT // 100

    def _deep(self, day: int) -> list[Figures]:
        told = self.deep_restatement(day + DEEP_BACK)
        if told is None or told[2] == 0:
            return []
        campaign, _, _, after = told
        final = self._all_versions(day)[RESTATEMENT_DAYS, :, campaign.number]
        kept = [int(value) * DEEP_KEEPS_PERCENT // 100 for value in final[1:3]]
        self.delivered[day][campaign.number] = self.final[day][campaign.number] = after
        return [Figures(campaign, day, after, kept[0], kept[1], int(final[3]), int(final[4]), told[2])]

    def _rows(self, day: int, age: int, before: NDArray[np.int64] | None) -> list[Figures]:
        version = self._versions[day][age]
        told = version[0] > 0
        if before is not None:
            told &= (version != before).any(axis=0)
        figures = []
        for number in np.flatnonzero(told):
            spend, impressions, clicks, conversions, value = (int(figure) for figure in version[:, number])
            earlier = None if before is None else int(before[0, number])
            campaign = self.demand.plan.campaigns[number]
            figures.append(Figures(campaign, day, spend, impressions, clicks, conversions, value, earlier))
        return figures

    def _all_versions(self, day: int) -> NDArray[np.int64]:
        """Integers of shape (versions 0 to 3, figures of `Figures` in order, campaigns)."""
        plan, final = self.demand.plan, self.demand.final_cents(day)
        rng = generator(plan.seed, Stream.RESTATEMENTS, day)
        count = len(plan.campaigns)
        euros = final / (100.0 * plan.plan_rate)
        per_mille = np.array([CHANNELS[number].cost_per_mille for number in plan.channel_of])
        per_click = np.array([CHANNELS[number].cost_per_click for number in plan.channel_of])
        impressions = np.rint(euros / per_mille * 1000 * rng.lognormal(0, 0.1, count)).astype(np.int64)
        clicks = np.minimum(np.rint(euros / per_click * rng.lognormal(0, 0.1, count)).astype(np.int64), impressions)
        claimed = rng.poisson(self._expected_conversions(day))
        value = claimed * np.rint(_BASKET_CENTS * rng.lognormal(0, 0.15, count)).astype(np.int64)
        versions = np.zeros((RESTATEMENT_DAYS + 1, 5, count), dtype=np.int64)
        versions[:] = np.array([final, impressions, clicks, claimed, value])
        spend, seen = final.copy(), claimed.copy()
        # Backwards from the final figures: a few per cent of the days were first told higher or lower, and
        # conversions come in late.
        for age, share, complete in ((2, 0.04, 0.97), (1, 0.10, 0.92), (0, 0.28, 0.78)):
            moved = rng.random(count) < share
            spend = np.where(moved, np.rint(spend * rng.normal(1.004, 0.012, count)).astype(np.int64), spend)
            seen = rng.binomial(seen, complete)
            versions[age, 0], versions[age, 3] = spend, seen
            versions[age, 4] = np.where(claimed > 0, value // np.maximum(claimed, 1) * seen, 0)
        return versions

    def _expected_conversions(self, day: int) -> NDArray[np.float64]:
        """What a platform would claim: the conversions its touches cause, times its habit of over-counting."""
        plan = self.demand.plan
        touches = self.demand.channel_touches(day)[plan.channel_of] * self.demand.campaign_chances(day)
        hazard = np.array([CHANNELS[number].hazard for number in plan.channel_of]) * plan.quality
        bias = np.array([campaign.platform.bias for campaign in plan.campaigns])
        return np.asarray(touches * hazard * bias)
