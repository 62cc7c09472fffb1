"""What the shapes share. Amounts and ratios are decimal strings: exact whatever reads them."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
Amount = Annotated[
    Decimal,
    WithJsonSchema({"type": "string", "pattern": DECIMAL, "description": "Exact decimal.", "examples": ["1234.50"]}),
]
Ratio = Annotated[
    Decimal,
    WithJsonSchema({"type": "string", "pattern": DECIMAL, "description": "Exact decimal.", "examples": ["0.152000"]}),
]
Reasons = Annotated[
    dict[str, str],
    Field(description="Why a figure is null, by its name: every null figure has its reason here."),
]


def _day(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("expected a day as YYYY-MM-DD")
    datetime.date.fromisoformat(value)
    return value


def _given_amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("expected a decimal number, as a string or as a JSON number")
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,4})?", value):
        raise ValueError("expected digits with at most four decimals after a point, such as 1234.50")
    amount = Decimal(value)
    if not Decimal(0) <= amount < Decimal(10) ** 12:
        raise ValueError("expected an amount from 0 to 999999999999.9999; a record is taken back by voiding it")
    return amount


# A day in a request: text, so that a number is never taken for one.
Day = Annotated[
    str,
    AfterValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-14"]}),
]
GivenAmount = Annotated[
    Decimal,
    BeforeValidator(_given_amount),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,4})?$"},
                {"type": "number", "minimum": 0, "maximum": 999999999999},
            ],
            "description": "Exact decimal, at most as many decimals as the currency has; a string or a JSON number.",
            "examples": ["1234.50"],
        }
    ),
]
NO_CONTROLS = r"^[^\x00-\x1f\x7f]+$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_CONTROLS)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=NO_CONTROLS)]
SpendId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$"),
]


class Given(BaseModel):
    """What a caller states: nothing beside the known fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def with_example(example: dict[str, Any]) -> ConfigDict:
    """The settings of a `Given` with an example for its documentation."""
    return ConfigDict(**Given.model_config, json_schema_extra={"examples": [example]})


Cursor = Annotated[str | None, Field(description="Ask again with it for the next page; null at the end.")]


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Served(Told):
    """What every answer from the published tables begins with."""

    version: Annotated[str, Field(description="The published version that all figures here come from.")]
    as_of: Annotated[datetime.date, Field(description="The last day the version counts.")]
    knowledge_time: Annotated[datetime.datetime, Field(description="When the version was published.")]
    currency: Annotated[str, Field(description="Home currency of every amount without one of its own.")]


class FieldError(Told):
    """One thing that is wrong with a request."""

    field: str
    detail: str


class ProblemBody(Told):
    """Problem details (RFC 9457)."""

    type: Annotated[str, Field(examples=["urn:outlay:problem:not-found"])]
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] = []
