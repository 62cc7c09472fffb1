"""What is bought month after month: software seats, print, product photos, banners past the contract."""

from __future__ import annotations

from decimal import Decimal

from outlay.sample.days import day_of, month_last, month_name, next_business_day
from outlay.sample.files import money
from outlay.sample.payables import InvoiceLine
from outlay.sample.purchasing import Purchasing
from outlay.sample.vendors import RENEWAL_END, RENEWAL_NOTICE, TAIL

_SEATS = 10


class RunningCosts(Purchasing):
    """Documents that come within a month; booked when the month, or the first day of the exports, begins."""

    def month(self, month: int, index: int) -> None:
        """Book a month."""
        self._analytics(month, index)
        self._audience(month, index)
        self._print(month, index)
        self._photos(month, index)
        self._posters(month, index)
        if index % 3 == 1:
            self._licences(month)

    def _seats(self) -> int:
        return max(1, round(_SEATS * self.plan.scale))

    def _analytics(self, month: int, index: int) -> None:
        """The same amount every month under numbers one digit apart: looks like a duplicate, and is none. It is 4.00 a
        seat above the contract, every month, and the contract is about to renew itself."""
        seats = self._seats()
        line = InvoiceLine(
            8_900 * seats, "4650", "D110", item="seat", description="Analytics seats", qty=str(seats), unit="month",
            unit_price="89.00", line_kind="subscription", contract_id="K-PULSE",
        )  # fmt: skip
        # The bank takes 1.8 % in one month of three, and otherwise 0.3 %, which is an ordinary price.
        bill = self.book(
            "V013", f"PG-{month_name(month)}", self.begin(month) + 1, line, service=self.span(month),
            bank_margin=Decimal("0.018" if index % 3 == 0 else "0.003"),
        )  # fmt: skip
        if index == 2:
            self.plant(
                bill.received, "near_duplicate_invoice", "cash_recovery", 0, "USD",
                "the same amount every month, each for another service month", ("invoice", bill.invoice_id),
                innocent=True,
            )  # fmt: skip
        self.plant(
            bill.received, "rate_leakage", "cash_recovery", 400 * seats, "USD", "89.00 a seat billed, 85.00 agreed",
            ("invoice", bill.invoice_id), ("contract", "K-PULSE"),
        )  # fmt: skip
        if index == 2:
            self._renewals(month, 12 * 8_900 * seats)

    def _renewals(self, month: int, year_cents: int) -> None:
        """After three months a vendor can be graded: this one badly, the photographer well."""
        ends = day_of(self.plan.start + RENEWAL_END)
        self.plant(
            month_last(month), "renewal_window", "avoidance", year_cents, "USD",
            f"renews itself on {ends} unless notice is given {RENEWAL_NOTICE} days before; no bill of it was right",
            ("contract", "K-PULSE"),
        )  # fmt: skip
        self.plant(
            month_last(month), "renewal_window", "avoidance", 0, "EUR",
            f"renews itself on {ends}, and nothing is wrong", ("contract", "K-PHOTO"), innocent=True,
        )  # fmt: skip

    def _audience(self, month: int, index: int) -> None:
        """From the second month on each seat costs 9.4 % more, where the contract allows 5 %."""
        seats, price = self._seats() + index % 3, 6_400 if index == 0 else 7_000
        line = InvoiceLine(
            price * seats, "4650", "D140", item="audience_seat", description="Audience platform", qty=str(seats),
            unit="month", unit_price=f"{price // 100}.00", line_kind="subscription", contract_id="K-SEG",
        )  # fmt: skip
        number = f"SEG{month_name(month).replace('-', '')}"
        bill = self.book("V019", number, self.begin(month) + 2, line, service=self.span(month))
        if index > 0:
            self.plant(
                bill.received, "uplift_above_cap", "cash_recovery", (7_000 - 6_720) * seats, "EUR",
                "64.00 became 70.00 a seat, 9.4 %; the contract allows 5 %",
                ("invoice", bill.invoice_id), ("contract", "K-SEG"),
            )  # fmt: skip

    def _print(self, month: int, index: int) -> None:
        """Leaflets with 2 % for paying early: missed in one month of three, billed twice in the next."""
        rng, dated = self.rng(month, 18), self.begin(month) + 8
        number = f"ZD{month % 12 + 1:02d}{int(rng.integers(1000, 9999))}"
        line = InvoiceLine(
            self.plan.cents(float(rng.uniform(480, 760))), "4640", "D120", item="leaflets",
            description="Leaflets and signs", line_kind="production", contract_id="K-PRINT",
        )  # fmt: skip
        missed = index % 3 == 0
        discount = 0 if missed else round(line.cents * 1.19 * 0.02)
        bill = self.book("V018", number, dated, line, pay_after=27 if missed else 8, discount_cents=discount)
        if missed:
            paid = next_business_day(dated + 27)
            self.plant(
                paid, "missed_discount", "run_rate", round(line.cents * 0.02), "EUR",
                f"2 % within 10 days of {day_of(dated)}, paid on {day_of(paid)}",
                ("invoice", bill.invoice_id), ("contract", "K-PRINT"),
            )  # fmt: skip
        if index % 3 == 1:
            again = self.book("V018", f"{number}A", dated + 12, line, suffix="-2", pay_after=28)
            self.plant(
                again.received, "near_duplicate_invoice", "cash_recovery", again.net, "EUR",
                "the same leaflets billed again twelve days later, an A behind the number",
                ("invoice", bill.invoice_id), ("invoice", again.invoice_id),
            )  # fmt: skip

    def _photos(self, month: int, index: int) -> None:
        """A small vendor without order or prices. Every other month the ledger's export brings it a week late."""
        line = InvoiceLine(
            self.plan.cents(180 + 15 * (index % 4)), "4640", "D120", item="photos", description="Product photos",
            line_kind="production", contract_id="K-PHOTO",
        )  # fmt: skip
        dated = self.begin(month) + 9
        posted = next_business_day(next_business_day(dated + 2) + 1)
        late = posted + 7 if index % 2 == 0 else None
        self.book("V021", f"FA{month_name(month)}", dated, line, deliver_posting_on=late)

    def _posters(self, month: int, index: int) -> None:
        """Banner impressions bought past the contract that prices them: once below its price, once above."""
        if index % 3 == 0:
            return
        price = 395 if index % 3 == 1 else 490
        thousands = max(5, round(float(self.rng(month, 23).integers(60, 110)) * self.plan.scale))
        line = InvoiceLine(
            price * thousands, "4620", "D120", item="run_of_network", description="Banner impressions, thousand",
            qty=str(thousands), unit="impression_k", unit_price=money(price), line_kind="media", channel="Display",
        )  # fmt: skip
        bill = self.book("V023", f"LB{month_name(month).replace('-', '')}", self.begin(month) + 5, line)
        self.plant(
            bill.received, "uncontracted_buying", "run_rate", max(0, price - 420) * thousands, "EUR",
            f"bought without order and contract at {money(price)}, where K-NDN gives 4.20",
            ("invoice", bill.invoice_id), ("contract", "K-NDN"), innocent=price < 420,
        )  # fmt: skip

    def _licences(self, month: int) -> None:
        """Pictures, fonts and sounds from many small vendors."""
        for place, vendor_id in enumerate(TAIL):
            cents = self.plan.cents(9 + 1.5 * place)
            line = InvoiceLine(cents, "4640", "D120", item="licence", description="Licence", line_kind="production")
            self.book(vendor_id, f"{vendor_id[1:]}-{month_name(month)}", self.begin(month) + 6 + place, line)
