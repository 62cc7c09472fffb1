"""Reads the sample's files by hand, the German ledger export above all: debit and credit columns, decimal commas."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Line:
    entry_id: str
    journal_id: str
    account: str
    amount: Decimal
    home: Decimal
    currency: str
    rate: Decimal
    month: str
    service_month: str
    vendor: str
    kind: str
    document: str
    reverses: str
    status: str
    channel: str


def amount(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".")) if text else Decimal(0)


def read_ledger(folder: Path) -> list[Line]:
    """Every line delivered, in order of delivery; a line told again stands twice."""
    lines = []
    for path in sorted((folder / "exports/ledger").glob("gl_journal_*.csv")):
        with path.open(encoding="cp1252", newline="") as text:
            for row in csv.DictReader(text, delimiter=";"):
                _, month, year = row["Posting date"].split(".")
                lines.append(
                    Line(
                        entry_id=row["Entry No."],
                        journal_id=row["Journal"],
                        account=row["Account"],
                        amount=amount(row["Debit"]) - amount(row["Credit"]),
                        home=amount(row["Amount EUR"]),
                        currency=row["Currency"],
                        rate=amount(row["Rate"]) or Decimal(1),
                        month=f"{year}-{month}",
                        service_month="-".join(reversed(row["Service from"].split(".")[1:])),
                        vendor=row["Vendor"],
                        kind=row["Document type"],
                        document=row["Document No."],
                        reverses=row["Reverses"],
                        status=row["Status"],
                        channel=row["Channel"],
                    )
                )
    return lines


def last_state(lines: list[Line]) -> list[Line]:
    """Each entry as last told."""
    return list({line.entry_id: line for line in lines}.values())
