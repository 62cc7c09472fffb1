"""What is true of the sample company and no export says, collected while it is simulated.

Causes of conversions, planted anomalies, gaps between platform and ledger, control totals. Tests read the files under
`truth/`; the pipeline never does. All of it is small beside the exports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outlay.sample.days import day_of, midnights, month_number
from outlay.sample.files import Exports, csv_text, money
from outlay.sample.ledger import Journal
from outlay.sample.plan import CHANNELS, Plan
from outlay.sample.platforms import Figures
from outlay.sample.vendors import ACCOUNTS
from outlay.sample.web import CURRENCIES, WebDay, conversion_ids, touch_ids

MARKETING = frozenset(account for account, _, _, marketing, _ in ACCOUNTS if marketing == "true")
_LATEST_DAYS = 40  # no event is delivered later than that


@dataclass(frozen=True)
class Anomaly:
    """Something planted for a savings detector, or an innocent look-alike that it must leave alone."""

    visible: int
    detector: str
    kind: str
    cents: int
    currency: str
    evidence: tuple[tuple[str, str], ...]
    note: str
    innocent: bool = False


@dataclass(frozen=True)
class Gap:
    """A difference between what was served and what the ledger holds for a vendor's service month, with its cause."""

    visible: int
    vendor_id: str
    month: int
    cause: str
    cents: int
    currency: str
    left: str
    right: str
    note: str


@dataclass(frozen=True)
class Bill:
    """What a platform billed for one campaign's month, or for a kind of line that names no campaign."""

    received: int
    posted: int
    month: int
    vendor_id: str
    account: str
    campaign_id: str
    invoice_id: str
    cents: int
    currency: str


class Truth:
    """The recorder. `days` holds totals by the company's day of the event: counts, and cents by currency."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.anomalies: list[Anomaly] = []
        self.gaps: list[Gap] = []
        self.bills: list[Bill] = []
        self.days: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.account_months: dict[tuple[int, str], int] = defaultdict(int)  # (month, account): euro cents posted
        self.vendor_months: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])  # document, euro cents

    def web_day(self, exports: Exports, ordinal: int, day: WebDay) -> None:
        """Write the causes of the conversions told on a day and add the day to the totals."""
        names = [channel.name for channel in CHANNELS]
        campaigns = [campaign.campaign_id for campaign in self.plan.campaigns]
        told = day.conversions
        ids = zip(
            conversion_ids(told["id"]).to_pylist(), touch_ids(np.maximum(told["touch"], 0)).to_pylist(), strict=True
        )
        facts = zip(told["cause"].tolist(), told["campaign"].tolist(), told["touch"].tolist(), strict=True)
        lines = [
            [
                conversion,
                names[cause] if cause >= 0 else "organic",
                campaigns[campaign] if campaign >= 0 else "",
                touch if number >= 0 else "",
            ]
            for (conversion, touch), (cause, campaign, number) in zip(ids, facts, strict=True)
        ]
        header = ["conversion_id", "cause", "campaign_id", "touch_id"]
        exports.write(f"truth/causes/causes_{day_of(ordinal).isoformat()}.csv", csv_text(header, lines))
        self._count(ordinal, day)

    def restated_day(self, exports: Exports, ordinal: int, rows: Sequence[Figures], day: WebDay) -> None:
        """Write what a day's deliveries tell anew with another amount: spend of earlier days, revenue put right."""
        lines = [
            [
                "platform_spend",
                f"{row.campaign.platform.name}/{row.campaign.account}/{row.campaign.campaign_id}/{day_of(row.ordinal)}",
                money(row.before_cents),
                money(row.cents),
            ]
            for row in rows
            if row.before_cents is not None and row.before_cents != row.cents
        ]
        corrected = day.corrections
        amounts = zip(corrected["was"].tolist(), corrected["cents"].tolist(), strict=True)
        for name, (was, now) in zip(conversion_ids(corrected["id"]).to_pylist(), amounts, strict=True):
            lines.append(["conversions", name, money(was), money(now)])
        text = csv_text(["entity", "key", "was", "is_now"], lines)
        exports.write(f"truth/restated/restated_{day_of(ordinal).isoformat()}.csv", text)

    def _count(self, ordinal: int, day: WebDay) -> None:
        for name, rows in (("touchpoints", day.touches), ("conversions", day.conversions), ("refunds", day.refunds)):
            for number, count in zip(*np.unique(_company_days(rows["at"], ordinal), return_counts=True), strict=True):
                self.days[int(number)][name] += int(count)
        days = _company_days(day.touches["at"], ordinal)
        for number, count in zip(*np.unique(days[days < ordinal], return_counts=True), strict=True):
            self.days[int(number)]["late_touchpoints"] += int(count)
        self.days[ordinal]["repeated_touchpoints"] += len(day.repeated)
        self._add_money("revenue", day.conversions, day.conversions["cents"], ordinal)
        self._add_money("revenue", day.corrections, day.corrections["cents"] - day.corrections["was"], ordinal)
        self._add_money("refunded", day.refunds, day.refunds["cents"], ordinal)

    def _add_money(self, name: str, rows: NDArray[np.void], cents: NDArray[np.int64], ordinal: int) -> None:
        numbers = _company_days(rows["at"], ordinal).tolist()
        for number, currency, amount in zip(numbers, rows["currency"].tolist(), cents.tolist(), strict=True):
            self.days[number][f"{name}_{CURRENCIES[currency]}"] += amount

    def ledger_day(self, journals: Sequence[Journal]) -> None:
        """Add the ledger's delivery of a day; what a journal said before, in another state, is taken back."""
        for journal in journals:
            sign = {"posted": 1, "voided": -1}.get(journal.status, 0)
            month = month_number(journal.posted)
            bill = journal.doc_type in ("bill", "bill_credit") and journal.service is not None
            for posting, home in zip(journal.postings, journal.home(), strict=True):
                self.account_months[month, posting.account] += sign * home
                if bill and journal.service and posting.account in MARKETING:
                    total = self.vendor_months[journal.vendor_id, month_number(journal.service[0])]
                    total[0] += sign * posting.cents
                    total[1] += sign * home


def _company_days(at: NDArray[np.int64], ordinal: int) -> NDArray[np.int64]:
    """The company's days of some moments not later than day `ordinal`."""
    first = ordinal - _LATEST_DAYS
    return np.asarray(np.searchsorted(midnights(first, _LATEST_DAYS + 1), at, side="right") - 1 + first)
