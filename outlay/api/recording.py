"""From what a caller states to what the store keeps and the caller is told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from outlay.api.app_json import dumps
from outlay.api.bodies.spend import NewSpend
from outlay.api.classify import UNMAPPED, Classified, classify
from outlay.api.problems import Problem, not_found, unprocessable
from outlay.api.snapshot import Snapshot
from outlay.company import Company
from outlay.currencies import from_minor, minor_digits
from outlay.spend_store import Booking, Ledger, RefusedError, SpendRecord, StoredSpend

# What a key belongs to, beside its client: the same key on another address is another key.
CREATE, PUT, VOID, CORRECT, BATCH = "spend.create", "spend.put", "spend.void", "spend.correct", "spend.batch"


_AS_GIVEN = (
    *("spend_date", "currency", "net_or_gross", "vendor_id", "campaign_id", "account_id", "contract_id", "po_id"),
    *("invoice_number", "service_start", "service_end", "payment_state", "evidence_url", "description"),
)


class Refusal(RefusedError):  # noqa: N818 - an answer, not a fault
    """A decision not to write anything, and the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@dataclass(frozen=True)
class Context:
    """What a recording is done with: whose it is, when, by which rules, beside which published version."""

    client: str
    at: str
    company: Company
    snapshot: Snapshot | None


@dataclass(frozen=True)
class Draft:
    """A record that is ready to be written, and what the caller should know of it."""

    record: SpendRecord
    notes: tuple[str, ...]


def draft(new: NewSpend, spend_id: str, context: Context) -> Draft:
    """The record of `new`. Raises Problem (422) for a day outside the company's calendar."""
    _check_days(new, context.snapshot)
    classified = classify(vars(new), context.company, context.snapshot)
    return Draft(_record(new, spend_id, context, classified), classified.notes)


def create(one: Draft, snapshot: Snapshot | None, *, is_own_id: bool = False) -> Any:
    """The decision that records one expenditure. `is_own_id`: its id is the caller's, and may be taken."""

    def decide(ledger: Ledger) -> Booking:
        if is_own_id:
            _require_new(ledger, one.record.spend_id)
        body = {
            "record": record_body(one.record),
            "contract": _contract(ledger, snapshot, one.record),
            "notes": one.notes,
        }
        return Booking((one.record,), 201, dumps(body))

    return decide


def create_all(drafts: Sequence[Draft]) -> Any:
    """The decision that records all of them or none."""
    notes = list(dict.fromkeys(note for one in drafts for note in one.notes))
    body = dumps({"count": len(drafts), "records": [record_body(one.record) for one in drafts], "notes": notes})
    booking = Booking(tuple(one.record for one in drafts), 201, body)

    def decide(ledger: Ledger) -> Booking:
        return booking

    return decide


def void(spend_id: str, reversal_id: str, reason: str, context: Context) -> Any:
    """The decision that takes a record back. Raises Problem: 404 where there is none, 409 where it is gone already."""

    def decide(ledger: Ledger) -> Booking:
        reversal = _opposite(_standing(ledger, spend_id), reversal_id, reason, context)
        return Booking((reversal,), 201, dumps({"reversal": record_body(reversal)}))

    return decide


def correct(spend_id: str, reversal_id: str, reason: str, one: Draft, context: Context) -> Any:
    """The decision that takes a record back and records another in its place."""

    def decide(ledger: Ledger) -> Booking:
        old = _standing(ledger, spend_id)
        reversal = _opposite(old, reversal_id, reason, context)
        fresh = one.record._replace(corrects_spend_id=spend_id, correlation_id=old.record.correlation_id, reason=reason)
        body = {
            "reversal": record_body(reversal),
            "record": record_body(fresh),
            "contract": _contract(ledger, context.snapshot, fresh, without=spend_id),
            "notes": one.notes,
        }
        return Booking((reversal, fresh), 201, dumps(body))

    return decide


def record_body(record: SpendRecord, reversed_by: str | None = None, replaced_by: str | None = None) -> dict[str, Any]:
    """A record as the API tells it."""
    names = (
        *("spend_id", "kind", "spend_date", "currency", "net_or_gross", "vendor_id", "campaign_id", "account_id"),
        *("contract_id", "po_id", "invoice_number", "service_start", "service_end", "payment_state", "evidence_url"),
        *("description", "corrects_spend_id", "correlation_id", "reason"),
    )
    tax = record.tax_minor
    return {
        **{name: getattr(record, name) for name in names},
        "state": StoredSpend(0, record, reversed_by, replaced_by).state,
        "recorded_at": record.submitted_at,
        "recorded_by": record.client,
        "amount": money(record.amount_minor, record.currency),
        "tax_amount": None if tax is None else money(tax, record.currency),
        "classification": {
            "channel": _classified(record.channel, record.channel_source),
            "department_id": _classified(record.department_id, record.department_source),
            "spend_category": _classified(record.spend_category, record.category_source),
        },
        "reversed_by": reversed_by,
        "replaced_by": replaced_by,
    }


def stored_body(stored: StoredSpend) -> dict[str, Any]:
    """A stored record with what became of it."""
    return record_body(stored.record, stored.reversed_by, stored.replaced_by)


def money(units: int, currency: str) -> str:
    """Minor units as text with all the decimals of the currency."""
    return f"{from_minor(units, currency):.{minor_digits(currency)}f}"


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _record(new: NewSpend, spend_id: str, context: Context, classified: Classified) -> SpendRecord:
    stated = vars(new)
    return SpendRecord(
        spend_id=spend_id,
        kind="expenditure",
        client=context.client,
        submitted_at=context.at,
        amount_minor=new.amount_minor,
        tax_minor=new.tax_minor,
        department_id=_mapped(classified.department.value),
        channel=_mapped(classified.channel.value),
        spend_category=_mapped(classified.category.value),
        department_source=classified.department.source,
        channel_source=classified.channel.source,
        category_source=classified.category.source,
        corrects_spend_id=None,
        correlation_id=spend_id,
        reason=None,
        **{name: stated[name] for name in _AS_GIVEN},
    )


def _opposite(old: StoredSpend, spend_id: str, reason: str, context: Context) -> SpendRecord:
    record = old.record
    return record._replace(
        spend_id=spend_id,
        kind="reversal",
        client=context.client,
        submitted_at=context.at,
        amount_minor=-record.amount_minor,
        tax_minor=None if record.tax_minor is None else -record.tax_minor,
        corrects_spend_id=record.spend_id,
        reason=reason,
    )


def _standing(ledger: Ledger, spend_id: str) -> StoredSpend:
    found = ledger.find(spend_id)
    if found is None:
        raise Refusal(not_found(f"no record {spend_id}"))
    if found.record.kind == "reversal":
        told = f"{spend_id} takes another record back, and cannot be taken back itself"
        raise Refusal(Problem(409, "is-reversal", told))
    if found.reversed_by is not None:
        raise Refusal(Problem(409, "already-voided", f"{spend_id} was taken back by {found.reversed_by}"))
    return found


def _require_new(ledger: Ledger, spend_id: str) -> None:
    if ledger.find(spend_id) is not None:
        told = f"there is a record {spend_id} already, of another call"
        raise Refusal(Problem(409, "id-taken", told, errors=[("spend_id", "is taken")]))


def _check_days(new: NewSpend, snapshot: Snapshot | None) -> None:
    """A day outside the calendar would belong to no period."""
    if snapshot is None or snapshot.calendar is None:
        return
    first, last = snapshot.calendar
    for name in ("spend_date", "service_start", "service_end"):
        day = getattr(new, name)
        if day is not None and not first <= day <= last:
            told = f"lies outside the published fiscal calendar, {first} to {last}"
            raise unprocessable(f"{name} {told}", (name, told))


def _contract(
    ledger: Ledger, snapshot: Snapshot | None, record: SpendRecord, without: str | None = None
) -> dict[str, Any] | None:
    """What is left of the record's contract: what bills used up, and what is recorded but not in the ledger yet."""
    if record.contract_id is None:
        return None
    row = snapshot.contracts.get(record.contract_id) if snapshot else None
    names = ("currency", "cap_amount", "min_commit_amount", "invoiced_amount")
    told: dict[str, Any] = {"contract_id": record.contract_id, **{name: row[name] if row else None for name in names}}
    told |= {"recorded_amount": None, "records_in_other_currencies": 0, "remaining_amount": None}
    if row is None or snapshot is None:
        told["reasons"] = dict.fromkeys(
            [name for name, value in told.items() if value is None], "no such contract is published"
        )
        return told
    gross_up = record.tax_minor or 0 if record.net_or_gross == "gross" else 0
    counted = [
        one
        for one in ledger.recorded_on_contract(record.contract_id)
        if one[0] != without and one[0] not in snapshot.in_ledger
    ]
    counted.append((record.spend_id, record.currency, record.amount_minor - gross_up))
    its = [net for _, currency, net in counted if currency == row["currency"]]
    told["recorded_amount"] = from_minor(sum(its), row["currency"])
    told["records_in_other_currencies"] = len(counted) - len(its)
    if row["cap_amount"] is not None:
        told["remaining_amount"] = Decimal(row["left_under_cap_amount"]) - told["recorded_amount"]
    told["reasons"] = {
        name: "the contract states none" for name, value in told.items() if value is None and name != "reasons"
    }
    return told


def _classified(value: str | None, source: str) -> dict[str, str]:
    return {"value": value or UNMAPPED, "source": source}


def _mapped(value: str) -> str | None:
    return None if value == UNMAPPED else value
