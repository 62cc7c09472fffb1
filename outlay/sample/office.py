"""The rest of the ledger: sales, wages, rent, paper; drafts that may never be posted, and bills voided again."""

from __future__ import annotations

from outlay.sample.chance import Stream, generator
from outlay.sample.days import day_of, is_business_day, month_first, month_number, next_business_day
from outlay.sample.desk import Desk
from outlay.sample.files import money
from outlay.sample.ledger import Journal, Posting


def keep_books(desk: Desk, ordinal: int, sales_cents: int) -> None:
    """The day's journals that have nothing to do with marketing, and the month's slips."""
    plan, day = desk.plan, day_of(ordinal)
    rng = generator(plan.seed, Stream.OFFICE, ordinal)
    _simple(desk, ordinal, "journal", "1400", "8400", sales_cents, "Sales of the shop in euros")
    if is_business_day(ordinal) and rng.random() < 0.3:
        cents = plan.cents(float(rng.uniform(12, 160)))
        _simple(desk, ordinal, "expense", "4930", "1800", cents, "Paper, toner, coffee")
    if day.day == 1:
        _simple(desk, ordinal, "expense", "4210", "1800", plan.cents(6_200), "Rent")
    if day.day == 25:
        _simple(desk, ordinal, "journal", "4100", "1800", plan.cents(41_000), "Wages")
    if day.day == 12:
        _draft(desk, ordinal, plan.cents(float(rng.uniform(200, 400))), kept=True)
    if day.day == 20:
        _draft(desk, ordinal, plan.cents(float(rng.uniform(200, 400))), kept=False)
    index = month_number(ordinal) - month_number(plan.start)
    if ordinal == next_business_day(month_first(month_number(ordinal)) + 10):
        _mistake(desk, ordinal, plan.cents(float(rng.uniform(150, 300))), by_status=index % 2 == 1)


def _simple(desk: Desk, ordinal: int, kind: str, debit: str, credit: str, cents: int, memo: str) -> Journal:
    return desk.ledger.post(Journal(kind, ordinal, (Posting(debit, cents), Posting(credit, -cents)), memo))


def _draft(desk: Desk, ordinal: int, cents: int, *, kept: bool) -> None:
    """A draft of a production bill. Only `posted` counts; a kept one is posted two days later under the same number."""
    postings = (Posting("4640", cents, "D120"), Posting("3070", -cents))
    draft = desk.ledger.post(Journal("journal", ordinal, postings, "Entwurf: Produktion", status="draft"))
    if kept:
        desk.ledger.deliver_again(draft, "posted", ordinal + 2)


def _mistake(desk: Desk, ordinal: int, cents: int, *, by_status: bool) -> None:
    """Another company's bill: voided in place, or taken back by a journal of its own, six days later."""
    postings = (Posting("4640", cents, "D120"), Posting("1600", -cents))
    number = f"FX{day_of(ordinal):%y%m%d}"
    header = {
        "invoice_id": f"A-{number}", "vendor_id": "V021", "invoice_number": number, "currency": "EUR",
        "invoice_date": day_of(ordinal - 3).isoformat(), "received_date": day_of(ordinal).isoformat(),
        "net_amount": money(cents), "tax_amount": "0.00", "gross_amount": money(cents), "type": "invoice",
    }  # fmt: skip
    desk.tray.put(ordinal, "vendor_invoices", {**header, "status": "approved"})
    desk.tray.put(ordinal + 6, "vendor_invoices", {**header, "status": "voided"})
    wrong = desk.ledger.post(
        Journal(
            "bill", ordinal, postings, "Fotostudio Anders, not ours", vendor_id="V021",
            doc_id=number, document_date=ordinal - 3, service=(ordinal - 3, ordinal - 3),
        )
    )  # fmt: skip
    if by_status:
        desk.ledger.deliver_again(wrong, "voided", ordinal + 6)
    else:
        desk.ledger.reverse(wrong, "void", ordinal + 6)
