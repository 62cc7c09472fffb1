"""The general ledger: balanced journals, delivered a day at a time as a German book-keeping system exports them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from outlay.sample.days import day_of
from outlay.sample.files import Exports, csv_text, german_money
from outlay.sample.fx import home_cents

_HEADER = (
    "Entry No.", "Journal", "Posting date", "Document date", "Account", "Debit", "Credit", "Currency", "Amount EUR",
    "Rate", "Service from", "Service to", "Cost centre", "Campaign", "Channel", "Vendor", "Document type",
    "Document No.", "Reverses", "Tax inside", "Status", "Text",
)  # fmt: skip


@dataclass(frozen=True)
class Posting:
    """One line: cents of the journal's currency, debit positive. `tax_cents` is the irrecoverable tax inside."""

    account: str
    cents: int
    department: str = ""
    campaign_id: str = ""
    channel: str = ""
    tax_cents: int = 0
    home: int | None = None  # euro cents, where they do not follow from the journal's rate


@dataclass(frozen=True)
class Journal:
    """A document of the ledger. Its postings sum to zero, in the currency and in euros."""

    doc_type: str
    posted: int
    postings: tuple[Posting, ...]
    memo: str
    currency: str = "EUR"
    rate: Decimal = Decimal(1)
    document_date: int | None = None
    service: tuple[int, int] | None = None
    vendor_id: str = ""
    doc_id: str = ""
    reverses: str = ""
    status: str = "posted"
    journal_id: str = ""

    def home(self) -> list[int]:
        """Euro cents by posting; the last posting takes the rounding, so that they sum to zero."""
        amounts = [
            posting.home if posting.home is not None else home_cents(posting.cents, self.rate)
            for posting in self.postings[:-1]
        ]
        return [*amounts, -sum(amounts)]


class Ledger:
    """Journals by delivery day. `post` names a journal; nothing is ever changed, only delivered again."""

    def __init__(self) -> None:
        self._due: dict[int, list[Journal]] = defaultdict(list)
        self._numbers: dict[int, int] = defaultdict(int)

    def post(self, journal: Journal, deliver_on: int | None = None) -> Journal:
        """Deliver a journal on its posting day, or later. Returns it with its number.

        Raises ValueError where the postings do not sum to zero.
        """
        if sum(posting.cents for posting in journal.postings) != 0:
            raise ValueError(f"journal {journal.memo!r} does not balance: {journal.postings}")
        day = journal.posted if deliver_on is None else deliver_on
        if not journal.journal_id:
            self._numbers[day] += 1
            journal = replace(journal, journal_id=f"J{day_of(day):%Y%m%d}-{self._numbers[day]:03d}")
        self._due[day].append(journal)
        return journal

    def deliver_again(self, journal: Journal, status: str, deliver_on: int) -> Journal:
        """The same journal once more, in another state."""
        return self.post(replace(journal, status=status), deliver_on)

    def reverse(self, journal: Journal, doc_type: str, posted: int) -> Journal:
        """The opposite of a journal at the journal's own rate, posted later."""
        mirrored = tuple(
            replace(posting, cents=-posting.cents, tax_cents=-posting.tax_cents, home=-amount)
            for posting, amount in zip(journal.postings, journal.home(), strict=True)
        )
        return self.post(
            replace(
                journal, doc_type=doc_type, posted=posted, postings=mirrored, journal_id="",
                reverses=journal.journal_id, memo=f"Storno {journal.memo}",
            )
        )  # fmt: skip

    def take(self, ordinal: int) -> list[Journal]:
        """The journals to deliver on a day."""
        self._numbers.pop(ordinal, None)
        return self._due.pop(ordinal, [])


def write_ledger_file(exports: Exports, ordinal: int, journals: Sequence[Journal]) -> None:
    """The day's export: Windows-1252, semicolons, decimal commas, unsigned debit and credit columns."""
    rows = [row for journal in journals for row in _rows(journal)]
    text = csv_text(_HEADER, rows, delimiter=";")
    exports.delivery("ledger", "gl_journal", ordinal, ".csv", text.encode("cp1252"))


def _rows(journal: Journal) -> list[list[str]]:
    service = journal.service or (None, None)
    rate = "" if journal.currency == "EUR" else str(journal.rate).replace(".", ",")
    return [
        [
            f"{journal.journal_id}-{number}",
            journal.journal_id,
            _date(journal.posted),
            _date(journal.document_date),
            posting.account,
            german_money(posting.cents) if posting.cents >= 0 else "",
            german_money(-posting.cents) if posting.cents < 0 else "",
            journal.currency,
            german_money(home),
            rate,
            _date(service[0]),
            _date(service[1]),
            posting.department,
            posting.campaign_id,
            posting.channel,
            journal.vendor_id,
            journal.doc_type,
            journal.doc_id,
            journal.reverses,
            german_money(posting.tax_cents) if posting.tax_cents else "",
            journal.status,
            journal.memo,
        ]
        for number, (posting, home) in enumerate(zip(journal.postings, journal.home(), strict=True), 1)
    ]


def _date(ordinal: int | None) -> str:
    return "" if ordinal is None else f"{day_of(ordinal):%d.%m.%Y}"
