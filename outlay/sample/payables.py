"""Accounts payable: an invoice entered once becomes its header, its lines, its posting and its payment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from outlay.sample.days import day_of, next_business_day
from outlay.sample.files import money
from outlay.sample.fx import Rates, home_cents
from outlay.sample.ledger import Journal, Ledger, Posting
from outlay.sample.tray import Row, Tray
from outlay.sample.truth import Anomaly, Truth
from outlay.sample.vendors import Vendor


@dataclass(frozen=True)
class InvoiceLine:
    """One line; `cents` is net. `posted_account` is where the book-keeper put it, if not where it belongs."""

    cents: int
    account: str
    department: str
    item: str = ""
    description: str = ""
    qty: str = ""
    unit: str = ""
    unit_price: str = ""
    line_kind: str = ""
    campaign_id: str = ""
    channel: str = ""
    contract_id: str = ""
    po_id: str = ""
    po_line_no: str = ""
    served_cents: int | None = None
    recoverable: bool = True
    posted_account: str = ""


@dataclass(frozen=True)
class Invoice:
    """A vendor's document. `pay_on` None: not paid; `post` False: entered, but kept out of the ledger."""

    invoice_id: str
    vendor: Vendor
    number: str
    dated: int
    received: int
    posted: int
    service: tuple[int, int]
    lines: Sequence[InvoiceLine]
    kind: str = "invoice"
    original_id: str = ""
    po_number: str = ""
    pay_on: int | None = None
    discount_cents: int = 0
    tax_to_expense: bool = False
    keyed_wrong_by: int = 0  # cents that the posting of the first line falls short of the invoice
    deliver_posting_on: int | None = None
    bank_margin: Decimal = Decimal(0)  # the share by which the bank's rate is worse than the day's

    @property
    def net(self) -> int:
        return sum(line.cents for line in self.lines)

    def tax_of(self, line: InvoiceLine) -> int:
        return round(line.cents * self.vendor.vat_percent / 100)

    @property
    def gross(self) -> int:
        return self.net + sum(self.tax_of(line) for line in self.lines)


@dataclass(frozen=True)
class _Payment:
    payment_id: str
    day: int
    invoice: Invoice
    cents: int
    discount_cents: int


class Payables:
    """Books invoices and payments into the tray and the ledger."""

    def __init__(self, tray: Tray, ledger: Ledger, rates: Rates, truth: Truth) -> None:
        self._tray, self._ledger, self._rates, self._truth = tray, ledger, rates, truth
        self._postings: list[tuple[int, Invoice]] = []
        self._payments: list[_Payment] = []

    def book(self, invoice: Invoice) -> Invoice:
        """Hand over header and lines when received; post and pay on the days the invoice states."""
        self._tray.put(invoice.received, "vendor_invoices", _header(invoice, "approved", None))
        for number, line in enumerate(invoice.lines, 1):
            self._tray.put(invoice.received, "vendor_invoice_lines", _line(invoice, number, line))
        self._postings.append((invoice.posted, invoice))
        if invoice.pay_on is not None:
            self.pay(invoice, invoice.pay_on, invoice.gross - invoice.discount_cents, invoice.discount_cents)
        return invoice

    def pay(self, invoice: Invoice, day: int, cents: int, discount_cents: int = 0, payment_id: str = "") -> str:
        """Pay an invoice on the first business day from `day` on; returns the payment's id.

        A credit memo (negative cents) is set off by a payment that has the id of another document's payment.
        """
        name = payment_id or f"PAY-{invoice.invoice_id}"
        self._payments.append(_Payment(name, next_business_day(day), invoice, cents, discount_cents))
        return name

    def work(self, ordinal: int) -> None:
        """Post and pay what falls due on a day; the day's rates must be known."""
        due = [invoice for day, invoice in self._postings if day <= ordinal]
        self._postings = [item for item in self._postings if item[0] > ordinal]
        for invoice in due:
            journal = self._bill(invoice)
            self._ledger.post(journal, invoice.deliver_posting_on or ordinal)
        paid = [item for item in self._payments if item.day <= ordinal]
        self._payments = [item for item in self._payments if item.day > ordinal]
        for payment in paid:
            self._pay_now(ordinal, payment)

    def _bill(self, invoice: Invoice) -> Journal:
        expenses, input_tax = [], 0
        for number, line in enumerate(invoice.lines):
            tax = invoice.tax_of(line)
            inside = tax if invoice.tax_to_expense or not line.recoverable else 0
            input_tax += tax - inside
            wrong = invoice.keyed_wrong_by if number == 0 else 0
            account = line.posted_account or line.account
            expenses.append(
                Posting(account, line.cents + inside - wrong, line.department, line.campaign_id, line.channel, inside)
            )
        postings = [*expenses]
        if input_tax:
            postings.append(Posting("1576", input_tax))
        postings.append(Posting("1600", -sum(posting.cents for posting in postings)))
        return Journal(
            doc_type="bill_credit" if invoice.kind == "credit_memo" else "bill",
            posted=invoice.posted,
            postings=tuple(postings),
            memo=f"{invoice.vendor.name} {invoice.number}",
            currency=invoice.vendor.currency,
            rate=self._rates.to_home(invoice.vendor.currency, invoice.posted),
            document_date=invoice.dated,
            service=invoice.service,
            vendor_id=invoice.vendor.vendor_id,
            doc_id=invoice.number,
        )

    def _pay_now(self, ordinal: int, payment: _Payment) -> None:
        invoice, vendor = payment.invoice, payment.invoice.vendor
        self._tray.put(
            ordinal,
            "payments",
            {
                "payment_id": payment.payment_id,
                "vendor_id": vendor.vendor_id,
                "invoice_id": invoice.invoice_id,
                "paid_on": day_of(payment.day).isoformat(),
                "amount": money(payment.cents),
                "currency": vendor.currency,
            },
        )
        self._tray.put(ordinal, "vendor_invoices", _header(invoice, "paid", payment.day))
        owed = self._rates.to_home(vendor.currency, invoice.posted)
        spot = self._rates.to_home(vendor.currency, payment.day)
        now = (spot * (1 + invoice.bank_margin)).quantize(spot)
        settled = home_cents(payment.cents + payment.discount_cents, owed)
        bank, kept = home_cents(payment.cents, now), home_cents(payment.discount_cents, now)
        lines = [Posting("1600", payment.cents + payment.discount_cents, home=settled)]
        if payment.discount_cents:
            lines.append(Posting("7300", -payment.discount_cents, home=-kept))
        if settled != bank + kept:
            lines.append(Posting("4840", 0, home=bank + kept - settled))
        lines.append(Posting("1800", -payment.cents, home=-bank))
        memo = f"Zahlung {vendor.name} {invoice.number}"
        journal = self._ledger.post(
            Journal(
                "payment", payment.day, tuple(lines), memo, vendor.currency, now, vendor_id=vendor.vendor_id,
                doc_id=invoice.number,
            ),
            ordinal,
        )  # fmt: skip
        if invoice.bank_margin:
            entry = f"{journal.journal_id}-{len(lines)}"
            self._tell_bank_rate(ordinal, invoice, entry, bank - home_cents(payment.cents, spot))

    def _tell_bank_rate(self, ordinal: int, invoice: Invoice, entry: str, lost: int) -> None:
        """Half a per cent is what a conversion may cost."""
        self._truth.anomalies.append(
            Anomaly(
                ordinal, "fx_above_benchmark", "run_rate", lost, "EUR", (("ledger_entry", entry),),
                f"converted {invoice.bank_margin:.1%} worse than that day's rate",
                innocent=invoice.bank_margin <= Decimal("0.005"),
            )
        )  # fmt: skip


def _header(invoice: Invoice, status: str, paid: int | None) -> Row:
    return {
        "invoice_id": invoice.invoice_id,
        "vendor_id": invoice.vendor.vendor_id,
        "invoice_number": invoice.number,
        "invoice_date": day_of(invoice.dated).isoformat(),
        "currency": invoice.vendor.currency,
        "net_amount": money(invoice.net),
        "tax_amount": money(invoice.gross - invoice.net),
        "gross_amount": money(invoice.gross),
        "received_date": day_of(invoice.received).isoformat(),
        "due_date": day_of(invoice.dated + invoice.vendor.terms_days).isoformat(),
        "service_start": day_of(invoice.service[0]).isoformat(),
        "service_end": day_of(invoice.service[1]).isoformat(),
        "status": status,
        "type": invoice.kind,
        "original_invoice_id": invoice.original_id,
        "po_number": invoice.po_number,
        "paid_on": "" if paid is None else day_of(paid).isoformat(),
    }


def _line(invoice: Invoice, number: int, line: InvoiceLine) -> Row:
    names = ("item", "description", "qty", "unit", "unit_price", "line_kind", "campaign_id", "channel", "contract_id")
    return {
        "invoice_id": invoice.invoice_id,
        "line_no": number,
        "net_amount": money(line.cents),
        **{name: getattr(line, name) for name in names},
        "tax_amount": money(invoice.tax_of(line)),
        "recoverable_pct": "1" if line.recoverable else "0",
        "po_id": line.po_id,
        "po_line_no": line.po_line_no,
        "served_amount": "" if line.served_cents is None else money(line.served_cents),
    }
