"""What is bought by the piece and by order: film editing from abroad, and a trade fair every quarter."""

from __future__ import annotations

from dataclasses import replace

from outlay.sample.days import day_of, month_name
from outlay.sample.files import money
from outlay.sample.orders import fair_order, order_fair, order_number
from outlay.sample.payables import Invoice, InvoiceLine
from outlay.sample.purchasing import Purchasing


class Projects(Purchasing):
    """Documents that come within a month; booked when the month, or the first day of the exports, begins."""

    def month(self, month: int, index: int) -> None:
        """Book a month."""
        self._studio(month, index)
        if index % 3 == 0:
            self._fair(month, index)

    def _studio(self, month: int, index: int) -> None:
        """Hours of editing in pounds: entered twice in one month of three, partly credited in the next."""
        rng = self.rng(month, 11)
        hours = max(1, round(float(rng.integers(22, 40)) * self.plan.scale))
        number = f"QL-{month_name(month)}-{int(rng.integers(100, 900))}"
        line = InvoiceLine(
            8_500 * hours, "4640", "D120", item="edit_hour", description="Film editing", qty=str(hours), unit="hour",
            unit_price="85.00", line_kind="production", contract_id="K-STUDIO", po_id="PO-1001", po_line_no="1",
        )  # fmt: skip
        order = order_number("PO-1001")
        bill = self.book("V011", number, self.begin(month) + 16, line, service=self.span(month), po_number=order)
        self._receive("PO-1001", 1, bill.dated, line.cents)
        if index % 3 == 0:
            again = self.book(
                "V011", number.replace("-", "/"), bill.dated, line, wait=11, suffix="-2", service=bill.service,
                po_number=order, pay_after=33,
            )  # fmt: skip
            self.plant(
                again.received, "exact_duplicate_invoice", "cash_recovery", again.net, "GBP",
                "entered a second time with slashes for hyphens, and paid",
                ("invoice", bill.invoice_id), ("invoice", again.invoice_id),
            )  # fmt: skip
        elif index % 3 == 1:
            self._credit(
                bill, replace(line, cents=-bill.net // 10, qty="", unit="", unit_price="", description="Reshoot")
            )

    def _credit(self, bill: Invoice, line: InvoiceLine) -> None:
        """A credit memo, set off against the bill in the bill's own payment."""
        memo = self.book(
            "V011", f"{bill.number}-C", bill.dated + 6, line, suffix="-C", service=bill.service, paid=False,
            kind="credit_memo", original_id=bill.invoice_id,
        )  # fmt: skip
        if bill.pay_on is not None:
            self.desk.payables.pay(memo, bill.pay_on, memo.gross, payment_id=f"PAY-{bill.invoice_id}")

    def _receive(self, po_id: str, line_no: int, day: int, cents: int) -> None:
        row = {"po_id": po_id, "line_no": line_no, "received_on": day_of(day).isoformat(), "amount": money(cents)}
        self.desk.tray.put(day, "receipts", row)

    def _fair(self, month: int, index: int) -> None:
        """A stand and its guests; the bill comes in again through a second record of the same vendor."""
        plan, po_id, begin = self.plan, fair_order(index), self.begin(month)
        order_fair(self.desk, begin, month, index)
        stand = InvoiceLine(
            plan.cents(5_200), "4660", "D150", item="stand", description="Fair stand", qty="1", unit="each",
            unit_price=money(plan.cents(5_200)), line_kind="event", po_id=po_id, po_line_no="1",
        )  # fmt: skip
        guests = InvoiceLine(
            plan.cents(640), "4660", "D150", item="catering", description="Guests", line_kind="event", po_id=po_id,
            po_line_no="2", recoverable=False,
        )  # fmt: skip
        dated = begin + 22
        number, days = f"MS-{day_of(dated):%y}-{20_418 + month % 97}", (dated - 6, dated - 3)
        bill = self.book("V012", number, dated, stand, guests, service=days, po_number=order_number(po_id))
        for line_no, line in ((1, stand), (2, guests)):
            self._receive(po_id, line_no, dated - 3, line.cents)
        again = self.book("V017", number, dated, stand, guests, wait=18, service=days, paid=False)
        self.plant(
            again.received, "cross_vendor_duplicate", "avoidance", again.net + again.tax_of(guests), "EUR",
            "the same bill under a second vendor record with the same tax id and bank account, not yet paid",
            ("invoice", bill.invoice_id), ("invoice", again.invoice_id), ("vendor", "V017"),
        )  # fmt: skip
        graphics = InvoiceLine(
            plan.cents(900), "4660", "D150", item="graphics", description="Stand graphics", line_kind="event"
        )
        taxed = self.book("V012", f"{number}-G", dated + 5, graphics, suffix="-G", tax_to_expense=True)
        self.plant(
            taxed.posted, "unreclaimed_tax", "cash_recovery", taxed.gross - taxed.net, "EUR",
            "recoverable input tax posted to the expense account", ("invoice", taxed.invoice_id),
        )  # fmt: skip
