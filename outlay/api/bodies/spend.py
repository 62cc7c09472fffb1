"""Recording an expenditure, taking one back, listing them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, WithJsonSchema, field_validator, model_validator

from outlay.api.bodies.common import Amount, Day, Given, GivenAmount, Name, Reasons, SpendId, Text, Told, with_example
from outlay.currencies import currency_codes, is_currency, to_minor

Currency = Annotated[
    str,
    WithJsonSchema({"type": "string", "enum": sorted(currency_codes()), "examples": ["EUR"]}),
]
PaymentState = Literal["unpaid", "scheduled", "paid"]
Reason = Literal["entered_in_error", "duplicate", "wrong_amount", "wrong_vendor", "wrong_date", "cancelled", "other"]
_EXAMPLE = {
    "vendor_id": "V-1001",
    "amount": "1250.00",
    "currency": "EUR",
    "spend_date": "2026-03-14",
    "net_or_gross": "net",
    "department_id": "D120",
    "invoice_number": "RE-2026-0117",
    "payment_state": "unpaid",
}


class NewSpend(Given):
    """An expenditure. What is left out is filled by the company's rules, or is `unmapped`."""

    model_config = with_example(_EXAMPLE)

    vendor_id: Name
    amount: Annotated[GivenAmount, Field(description="More than 0; net, unless `net_or_gross` says gross.")]
    currency: Currency
    spend_date: Annotated[Day, Field(description="The day it is spent for, inside the company's fiscal calendar.")]
    net_or_gross: Literal["net", "gross"] = "net"
    tax_amount: Annotated[
        GivenAmount | None, Field(description="Recoverable tax: contained in a gross amount, beside a net one.")
    ] = None
    department_id: Name | None = None
    campaign_id: Name | None = None
    channel: Name | None = None
    spend_category: Name | None = None
    account_id: Annotated[Name | None, Field(description="Ledger account, by whose rules it may be classified.")] = None
    contract_id: Name | None = None
    po_id: Name | None = None
    invoice_number: Annotated[
        Name | None, Field(description="Ties the record to the ledger line that reports it later.")
    ] = None
    service_start: Annotated[Day | None, Field(description="First day of service; default: the spend date.")] = None
    service_end: Annotated[Day | None, Field(description="Last day of service, not before the first.")] = None
    payment_state: PaymentState | None = None
    evidence_url: (
        Annotated[
            str,
            StringConstraints(max_length=2000, pattern=r"^https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]+$"),
        ]
        | None
    ) = None
    description: Text | None = None

    @field_validator("currency")
    @classmethod
    def _known(cls, value: str) -> str:
        if not is_currency(value):
            raise ValueError("expected an ISO 4217 currency code such as EUR")
        return value

    @field_validator("amount")
    @classmethod
    def _more_than_nothing(cls, value: Decimal) -> Decimal:
        if value == 0:
            raise ValueError("expected more than 0")
        return value

    @model_validator(mode="after")
    def _sound(self) -> NewSpend:
        # A digit too many for the currency is refused here.
        gross, tax = self.amount_minor, self.tax_minor
        if tax is not None and self.net_or_gross == "gross" and tax >= gross:
            raise ValueError("tax_amount is not less than the gross amount that contains it")
        if self.service_end and self.service_end < (self.service_start or self.spend_date):
            raise ValueError("service_end lies before the first day of service")
        return self

    @cached_property
    def amount_minor(self) -> int:
        """The amount in minor units of its currency."""
        return to_minor(self.amount, self.currency)

    @cached_property
    def tax_minor(self) -> int | None:
        """The tax in minor units."""
        return None if self.tax_amount is None else to_minor(self.tax_amount, self.currency)

    def canonical(self) -> dict[str, Any]:
        """The request as plain JSON in one spelling: equal expenditures are equal."""
        stated = {name: value for name, value in vars(self).items() if value is not None}
        stated["amount"] = stated.pop("amount_minor")
        if self.tax_minor is not None:
            stated["tax_amount"] = stated.pop("tax_minor")
        return stated


class NewBatch(Given):
    """Up to 1,000 expenditures that are recorded all together or not at all."""

    model_config = with_example({"records": [_EXAMPLE]})

    records: Annotated[list[NewSpend], Field(min_length=1, max_length=1000)]


class Void(Given):
    """Why a record is taken back."""

    model_config = with_example({"reason": "duplicate"})

    reason: Reason


class Correction(Given):
    """What stands in the place of a record that was wrong."""

    model_config = with_example({"reason": "wrong_amount", "record": _EXAMPLE | {"amount": "1150.00"}})

    reason: Reason
    record: NewSpend


class Classified(Told):
    """To what the record belongs, and what said so."""

    value: str
    source: Annotated[
        Literal["given", "campaign", "renamed", "account", "rule", "vendor", "unmapped"],
        Field(description="given by the caller; the campaign's; the caller's word renamed; a rule; the vendor's usual"),
    ]


class Classification(Told):
    """What the next run will count the record as."""

    channel: Classified
    department_id: Classified
    spend_category: Classified


class SpendBody(Told):
    """A stored record. It never changes; `state` says whether it still counts."""

    spend_id: SpendId
    kind: Literal["expenditure", "reversal"]
    state: Literal["posted", "voided"]
    recorded_at: datetime.datetime
    recorded_by: str
    spend_date: datetime.date
    amount: Amount
    currency: Currency
    net_or_gross: Literal["net", "gross"]
    tax_amount: Amount | None
    vendor_id: str | None
    campaign_id: str | None
    account_id: str | None
    contract_id: str | None
    po_id: str | None
    invoice_number: str | None
    service_start: datetime.date | None
    service_end: datetime.date | None
    payment_state: PaymentState | None
    evidence_url: str | None
    description: str | None
    classification: Classification
    corrects_spend_id: str | None
    correlation_id: str
    reason: Reason | None
    reversed_by: str | None
    replaced_by: str | None


class ContractValue(Told):
    """What is left of the contract once everything recorded under it is paid; in the contract's currency."""

    contract_id: str
    currency: str | None
    cap_amount: Amount | None
    min_commit_amount: Amount | None
    invoiced_amount: Amount | None
    recorded_amount: Annotated[Amount | None, Field(description="Net of records that count and are in its currency.")]
    records_in_other_currencies: int
    remaining_amount: Annotated[Amount | None, Field(description="cap - invoiced - recorded; negative: exceeded.")]
    reasons: Reasons


class Recorded(Told):
    """The answer to a recording, the same at every call under one key."""

    record: SpendBody
    contract: ContractValue | None
    notes: Annotated[
        list[str], Field(description="What the published tables do not know: a new vendor, a typing slip.")
    ]


class Corrected(Told):
    """The answer to a correction: the record that was taken back, by what, and what stands in its place."""

    reversal: SpendBody
    record: SpendBody
    contract: ContractValue | None
    notes: list[str]


class Voided(Told):
    """The answer to a void: the opposite record."""

    reversal: SpendBody


class RecordedBatch(Told):
    """The answer to a batch, its records in the order they were given."""

    count: int
    records: list[SpendBody]
    notes: list[str]


class SpendFound(Told):
    """One record, and all that descend from the same expenditure, the latest first."""

    record: SpendBody
    history: list[SpendBody]


class SpendPage(Told):
    """A page of records, the last recorded first."""

    records: list[SpendBody]
    next_cursor: Annotated[str | None, Field(description="Ask again with it for the next page; null at the end.")]
