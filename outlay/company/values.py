"""The values that company.toml may hold, each checked where it is read."""

from __future__ import annotations

import codecs
import re
import zoneinfo
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from outlay.currencies import is_currency


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _decimal(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def _check_currency(value: str) -> str:
    if not is_currency(value):
        raise ValueError(f"{value!r} is not an ISO 4217 currency code such as EUR")
    return value


def _check_encoding(value: str) -> str:
    try:
        codecs.lookup(value)
    except LookupError:
        raise ValueError(f"{value!r} is not an encoding such as utf-8, latin-1 or cp1252") from None
    return value


def _check_date_format(value: str) -> str:
    directives = re.findall(r"%-?(.?)", value)
    unknown = [one for one in directives if one not in _DATE_DIRECTIVES]
    if value not in EPOCHS and (unknown or not directives):
        raise ValueError(f"{value!r} is not a date format such as %d.%m.%Y, %Y-%m-%d %H:%M:%S or epoch_ms")
    return value


@cache
def _zones() -> set[str]:
    # Walks the whole database of zones.
    return zoneinfo.available_timezones()


def _check_zone(value: str) -> str:
    if value not in _zones():
        raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
    return value


# What may follow % in a date format.
_DATE_DIRECTIVES = set("aAbBdfgGHIjmMpSuUVwWyYzZ%")
# Formats of an instant that is a count since 1970 in UTC -> microseconds of one count.
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1}

Names = Annotated[list[str], BeforeValidator(_listed)]
Encoding = Annotated[str, AfterValidator(_check_encoding)]
DateFormats = Annotated[list[Annotated[str, AfterValidator(_check_date_format)]], BeforeValidator(_listed)]
Fraction = Annotated[Decimal, BeforeValidator(_decimal)]
Amount = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, decimal_places=2)]
Currency = Annotated[str, Field(min_length=3, max_length=3), BeforeValidator(_check_currency)]
TimeZone = Annotated[str, BeforeValidator(_check_zone)]


class Section(BaseModel):
    """A table of company.toml: unknown keys are mistakes, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
