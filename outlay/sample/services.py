"""What is billed once a month has ended: the agency, mailings, affiliates, banners booked direct."""

from __future__ import annotations

from collections.abc import Mapping

from outlay.sample.days import day_of, month_first, month_name, next_business_day
from outlay.sample.files import money
from outlay.sample.orders import order_number
from outlay.sample.payables import Invoice, InvoiceLine
from outlay.sample.purchasing import Purchasing
from outlay.sample.tray import Row
from outlay.sample.vendors import RETAINER

COMMISSION, _GROSS_UP = 0.08, 0.85


class Services(Purchasing):
    """Documents about a month that has ended; booked on its last day."""

    def month(self, month: int, index: int, media: Mapping[str, int]) -> None:
        """Book a month; `media` is the net media billed by platform, in cents."""
        self._agency(month, index, media)
        self._mailing(month, index)
        self._affiliates(month)
        self._banners(month, index)

    def _agency(self, month: int, index: int, media: Mapping[str, int]) -> None:
        """8 % of net media, in one month of three taken of the gross-up, and in one a fee for paying late."""
        base = media.get("google_ads", 0) + media.get("meta_ads", 0)
        due, retainer, late_fee = round(base * COMMISSION), self.plan.cents(RETAINER), self.plan.cents(85)
        grossed_up, late = index % 3 == 1, index % 3 == 0
        billed = round(base * COMMISSION / _GROSS_UP) if grossed_up else due
        lines = [
            InvoiceLine(
                billed, "4630", "D110", item="commission", description="Commission on net media",
                line_kind="agency_commission", contract_id="K-AGENCY",
            ),
            InvoiceLine(
                retainer, "4630", "D110", item="retainer", description="Retainer", qty="1", unit="month",
                unit_price=money(retainer), line_kind="agency_fee", contract_id="K-AGENCY",
            ),
        ]  # fmt: skip
        if late:
            lines.append(InvoiceLine(late_fee, "4700", "D110", item="late fee", line_kind="late_fee"))
        dated = month_first(month + 1) + 7
        bill = self.book("V010", f"BW-{month_name(month)}", dated, *lines, service=self.span(month))
        if grossed_up:
            self.plant(
                bill.received, "grossed_up_commission", "cash_recovery", billed - due, "EUR",
                f"8 % of {money(base)} net media agreed, billed on the gross-up",
                ("invoice", bill.invoice_id), ("contract", "K-AGENCY"),
            )  # fmt: skip
            self._agree(bill, billed - due)
        if late:
            self.plant(
                bill.received, "late_fee", "run_rate", late_fee, "EUR", "a charge for paying late",
                ("invoice", bill.invoice_id),
            )  # fmt: skip

    def _agree(self, bill: Invoice, cents: int) -> None:
        """The agency agrees to give back what it charged on the gross-up, and credits it before the bill is paid."""
        line = InvoiceLine(-cents, "4630", "D110", item="credit", description="Commission", line_kind="agency_credit")
        memo = self.book("V010", f"{bill.number}-C", bill.dated + 14, line, suffix="-C", paid=False, kind="credit_memo")
        if bill.pay_on is not None:
            self.desk.payables.pay(memo, bill.pay_on, memo.gross, payment_id=f"PAY-{bill.invoice_id}")
        agreement: Row = {
            "claim_id": f"grossed_up_commission:{bill.invoice_id}/1", "agreed_by": "Head of marketing",
            "agreed_on": day_of(bill.received + 6).isoformat(), "amount": money(cents), "currency": "EUR",
        }  # fmt: skip
        self.desk.tray.put(bill.received + 6, "savings_agreements", agreement)
        self.desk.tray.put(memo.posted, "savings_agreements", {**agreement, "credit_documents": memo.number})

    def _mailing(self, month: int, index: int) -> None:
        """Mailings by the thousand, in one month of three above the agreed price."""
        thousands = max(1, round(float(self.rng(month, 14).integers(900, 1200)) * self.plan.scale))
        price = 62 if index % 3 == 1 else 55
        line = InvoiceLine(
            price * thousands, "4655", "D140", item="email_1000", description="E-mails sent, thousand",
            qty=str(thousands), unit="each", unit_price=money(price), line_kind="delivery", channel="Email",
            contract_id="K-MAIL",
        )  # fmt: skip
        dated = month_first(month + 1) + 2
        bill = self.book("V014", f"PW-{month_name(month)}", dated, line, service=self.span(month))
        if price == 62:
            self.plant(
                bill.received, "rate_leakage", "cash_recovery", 7 * thousands, "EUR",
                "0.62 a thousand billed, 0.55 agreed", ("invoice", bill.invoice_id), ("contract", "K-MAIL"),
            )  # fmt: skip

    def _affiliates(self, month: int) -> None:
        """Partner commissions; the rebate above the tier is never credited."""
        cents = self.plan.cents(float(self.rng(month, 15).uniform(3_300, 4_400)))
        line = InvoiceLine(
            cents, "4670", "D110", item="commission", description="Partner commissions", line_kind="media",
            channel="Affiliates", contract_id="K-AFF",
        )  # fmt: skip
        number, dated = f"PA{month_name(month).replace('-', '')}", month_first(month + 1) + 5
        bill = self.book("V015", number, dated, line, service=self.span(month))
        self.plant(
            bill.received + 30, "missed_rebate", "cash_recovery", round(cents * 0.02), "EUR",
            "2 % of qualifying spend, due within 30 days of reaching the tier, never credited",
            ("invoice", bill.invoice_id), ("contract", "K-AFF"),
        )  # fmt: skip

    def _banners(self, month: int, index: int) -> None:
        """Impressions by the thousand: billed a little above delivery (tolerable), or 6 % above; paid twice once."""
        served = max(10, round(float(self.rng(month, 20).integers(420, 560)) * self.plan.scale))
        too_much = index % 3 == 1
        billed = round(served * 1.06) if too_much else served + served // 400
        line = InvoiceLine(
            420 * billed, "4620", "D120", item="run_of_network", description="Banner impressions, thousand",
            qty=str(billed), unit="impression_k", unit_price="4.20", line_kind="media", channel="Display",
            contract_id="K-NDN", po_id="PO-1003", po_line_no="1", served_cents=420 * served,
        )  # fmt: skip
        number, dated = f"NDN{month_name(month).replace('-', '')}", month_first(month + 1) + 3
        bill = self.book("V020", number, dated, line, service=self.span(month), po_number=order_number("PO-1003"))
        if billed > served:
            note = f"{billed} thousand billed, {served} thousand delivered"
            self.plant(
                bill.received, "billed_over_delivered", "cash_recovery", 420 * (billed - served), "EUR",
                note if too_much else f"{note}: within the tolerance of 0.5 %", ("invoice", bill.invoice_id),
                innocent=not too_much,
            )  # fmt: skip
        if index % 3 == 0:
            self._pay_again(bill)
            self._forget_credit(bill)

    def _pay_again(self, bill: Invoice) -> None:
        if bill.pay_on is None:
            return
        second = self.desk.payables.pay(bill, bill.pay_on + 8, bill.gross, payment_id=f"PAY-{bill.invoice_id}-B")
        self.plant(
            next_business_day(bill.pay_on + 8), "paid_twice", "cash_recovery", bill.gross, "EUR",
            "paid again eight days later", ("invoice", bill.invoice_id), ("payment", f"PAY-{bill.invoice_id}"),
            ("payment", second),
        )  # fmt: skip

    def _forget_credit(self, bill: Invoice) -> None:
        """A credit memo that nobody sets off against later bills."""
        line = InvoiceLine(
            -self.plan.cents(180), "4620", "D120", item="credit", description="Goodwill", channel="Display",
            line_kind="adjustment", contract_id="K-NDN",
        )  # fmt: skip
        memo = self.book(
            "V020", f"{bill.number}-C", bill.dated + 6, line, suffix="-C", paid=False, kind="credit_memo",
            original_id=bill.invoice_id, service=bill.service,
        )  # fmt: skip
        self.plant(
            memo.received + 31, "unused_credit", "cash_recovery", -memo.net, "EUR",
            "open for more than 30 days while later bills were paid in full", ("invoice", memo.invoice_id),
        )  # fmt: skip
