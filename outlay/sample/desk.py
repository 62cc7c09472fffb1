"""The desk of the finance department: what its monthly work needs at hand."""

from __future__ import annotations

from dataclasses import dataclass

from outlay.sample.demand import Demand
from outlay.sample.fx import Rates
from outlay.sample.ledger import Ledger
from outlay.sample.payables import Payables
from outlay.sample.plan import Plan
from outlay.sample.platforms import PlatformReports
from outlay.sample.tray import Tray
from outlay.sample.truth import Truth


@dataclass(frozen=True)
class Desk:
    """Everything a month's documents are made from, and where they go."""

    plan: Plan
    demand: Demand
    reports: PlatformReports
    rates: Rates
    tray: Tray
    ledger: Ledger
    payables: Payables
    truth: Truth
