"""What is planted and can only be told at the end: claims whose amount depends on the day on which they are made."""

from __future__ import annotations

from outlay.sample.days import month_number
from outlay.sample.desk import Desk
from outlay.sample.plan import FRUITLESS
from outlay.sample.truth import Anomaly
from outlay.sample.vendors import TAIL, VENDOR_UPKEEP

_LOOK_BACK = 90  # days of spend and of waiting before a campaign counts as fruitless
_RECENT = 30


def tell_endings(desk: Desk, last: int) -> None:
    """Tell the truth about them as of day `last`."""
    months = month_number(last) - month_number(desk.plan.start) + 1
    if months > 2:
        evidence = tuple(("vendor", vendor_id) for vendor_id in TAIL)
        cents = 100 * VENDOR_UPKEEP * len(TAIL) * min(months, 12) // 12
        note = "licences from four vendors, each far below 1 % of production"
        desk.truth.anomalies.append(Anomaly(last, "tail_vendor", "run_rate", cents, "EUR", evidence, note))
    if last - desk.plan.start + 1 >= _LOOK_BACK:
        campaign = next(item for item in desk.plan.campaigns if item.name == FRUITLESS)
        cents = sum(int(desk.reports.delivered[last - back][campaign.number]) for back in range(_RECENT))
        desk.truth.anomalies.append(
            Anomaly(
                last, "spend_without_result", "reallocation", cents, campaign.platform.currency,
                (("campaign", campaign.campaign_id),), "no conversion ever; what its last 30 days cost",
            )
        )  # fmt: skip
