"""What `/reconciliation/{period}` answers."""

from __future__ import annotations

import datetime

from outlay.api.bodies.budget import Bridge
from outlay.api.bodies.common import Amount, Ratio, Reasons, Served, Told


class ReconciliationItem(Told):
    """One cause of a difference between delivery and ledger."""

    item_id: str
    cause: str
    amount: Amount | None
    currency: str | None
    amount_doc: Amount | None
    left_doc_id: str | None
    right_doc_id: str | None
    rule: str
    confidence: Ratio | None
    status: str
    reasons: Reasons


class ReconciliationMonth(Told):
    """A vendor's calendar month of service: served + causes = ledger."""

    vendor_id: str
    vendor_name: str
    service_month: datetime.date
    served_amount: Amount | None
    billed_amount: Amount | None
    ledger_amount: Amount | None
    cause_amount: Amount | None
    unexplained_amount: Amount | None
    explained_pct: Ratio | None
    reasons: Reasons
    items: list[ReconciliationItem]


class ReconciliationAnswer(Served):
    """The bridge from what platforms served to what the ledger holds."""

    period_id: str
    start_date: datetime.date
    end_date: datetime.date
    totals: Bridge
    months: list[ReconciliationMonth]
