"""What the store keeps of an expenditure: immutable rows, money in whole minor units of its currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["expenditure", "reversal"]
State = Literal["posted", "voided"]


class SpendRecord(NamedTuple):
    """One recorded expenditure, or the opposite of one. Days are ISO dates, times ISO instants in UTC.

    A record never changes. What was wrong is taken back by a `reversal`, an equal record of opposite sign that names
    it in `corrects_spend_id`; a correction is a reversal and a new expenditure that names it too. All records that
    descend from one expenditure share its `correlation_id`.
    """

    spend_id: str
    kind: Kind
    client: str  # who recorded it: the owner of the key
    submitted_at: str
    spend_date: str
    amount_minor: int
    currency: str
    net_or_gross: str
    tax_minor: int | None
    vendor_id: str | None
    department_id: str | None
    campaign_id: str | None
    channel: str | None
    spend_category: str | None
    account_id: str | None
    contract_id: str | None
    po_id: str | None
    invoice_number: str | None
    service_start: str | None
    service_end: str | None
    payment_state: str | None
    evidence_url: str | None
    description: str | None
    department_source: str  # given, or the rule that said it
    channel_source: str
    category_source: str
    corrects_spend_id: str | None
    correlation_id: str
    reason: str | None


FIELDS: tuple[str, ...] = SpendRecord._fields


@dataclass(frozen=True, slots=True)
class StoredSpend:
    """A record, its place in the order of recording, and what became of it."""

    sequence: int
    record: SpendRecord
    reversed_by: str | None
    replaced_by: str | None

    @property
    def state(self) -> State:
        """`posted` counts as spend; a reversed expenditure and its reversal are `voided` and count as nothing."""
        return "voided" if self.record.kind == "reversal" or self.reversed_by else "posted"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first call of a key was told, to the byte; every later call of it is told the same."""

    status: int
    body: bytes
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One call that writes: who makes it, under which key, and what it says.

    `request` is canonical JSON: equal requests are equal texts, whatever their spelling was.
    """

    client: str
    key_id: str
    operation: str
    key: str
    request: str
    at: str
    body_sha256: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two calls the same one."""
        return (self.client, self.operation, self.key)


class StoreError(Exception):
    """The store cannot do what was asked; the message says what to do."""


class StoreUnavailableError(StoreError):
    """The store did not answer, or the outcome is unknown: call again with the same key."""


class KeyReusedError(StoreError):
    """The idempotency key was used for another request. `field` is the first that differs."""

    def __init__(self, field: str) -> None:
        super().__init__(f"this idempotency key was used before, with another {field}")
        self.field = field
