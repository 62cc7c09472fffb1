"""What every purchase has in common: an invoice booked on plausible days, and a way to tell the truth what is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from outlay.sample.chance import Stream, generator
from outlay.sample.days import day_of, month_first, month_last, next_business_day
from outlay.sample.desk import Desk
from outlay.sample.payables import Invoice, InvoiceLine
from outlay.sample.truth import Anomaly
from outlay.sample.vendors import VENDORS


class Purchasing:
    """Books invoices at a desk. What is planted recurs every third month of the exports."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.plan = desk.plan

    def book(
        self,
        vendor_id: str,
        number: str,
        dated: int,
        *lines: InvoiceLine,
        wait: int = 2,
        service: tuple[int, int] | None = None,
        pay_after: int | None = None,
        paid: bool = True,
        suffix: str = "",
        **more: object,
    ) -> Invoice:
        """Book an invoice received `wait` days after its date and paid `pay_after` days after it (default: the terms).

        `suffix` keeps ids apart where a vendor has two documents of one date; `more` are further fields of Invoice.
        """
        vendor = VENDORS[vendor_id]
        received = next_business_day(dated + wait)
        due = dated + (vendor.terms_days if pay_after is None else pay_after)
        draft = Invoice(
            invoice_id=f"A-{vendor_id[1:]}-{day_of(dated):%y%m%d}{suffix}",
            vendor=vendor,
            number=number,
            dated=dated,
            received=received,
            posted=next_business_day(received + 1),
            service=service or (dated, dated),
            lines=lines,
            pay_on=max(due, received + 2) if paid else None,
        )
        return self.desk.payables.book(replace(draft, **more))  # type: ignore[arg-type]

    def plant(
        self,
        visible: int,
        detector: str,
        kind: str,
        cents: int,
        currency: str,
        note: str,
        *evidence: tuple[str, str],
        innocent: bool = False,
    ) -> None:
        """Tell the truth about something planted: the detector that should find it, its class, amount and evidence."""
        self.desk.truth.anomalies.append(Anomaly(visible, detector, kind, cents, currency, evidence, note, innocent))

    def rng(self, month: int, vendor: int) -> np.random.Generator:
        """The generator of a vendor's month."""
        return generator(self.plan.seed, Stream.DOCUMENTS, month * 100 + vendor)

    def begin(self, month: int) -> int:
        """The first day of a month that the exports cover."""
        return max(month_first(month), self.plan.start)

    def span(self, month: int) -> tuple[int, int]:
        """The days of a month that the exports cover."""
        return self.begin(month), month_last(month)
