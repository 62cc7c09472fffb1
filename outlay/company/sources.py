"""`[sources.<name>]`: where data comes from, files and fetched."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from outlay.company.columns import ColumnRule, Unpivot, column_rule
from outlay.company.values import Currency, DateFormats, Encoding, Names, Section, TimeZone
from outlay.entities import ENTITIES


def _check_variable(value: str) -> str:
    # Never shows the value: what stands here by mistake is the secret itself.
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value):
        raise ValueError("state the NAME of an environment variable, such as GOOGLE_ADS_TOKEN, never the secret itself")
    return value


def _check_base_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("expected an address such as https://api.example.com, without user, password or query")
    return value.rstrip("/")


Variable = Annotated[str, AfterValidator(_check_variable)]
BaseUrl = Annotated[str, AfterValidator(_check_base_url)]
Option = bool | int | str | list[str]


class SourceSection(Section):
    """`[sources.<name>]`: one outside system, or one kind of export, and how it delivers one entity."""

    name: str = ""
    kind: str
    entity: str
    glob: str | None = None
    accounts: Names = []
    restatement_days: int | None = Field(default=None, ge=0)  # None: what the kind of source says; files have none
    currency: Currency | None = None
    time_zone: TimeZone | None = None
    optional: bool = False
    # fetched
    start: date | None = None  # the first day to fetch
    base_url: BaseUrl | None = None  # None: the platform's own
    credentials: dict[str, Variable] = {}  # what the connector needs -> the environment variable that holds it
    options: dict[str, Option] = {}
    # files
    format: Literal["auto", "csv", "excel", "jsonl", "parquet", "beancount"] = "auto"
    encoding: Encoding = "utf-8"
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    date_format: DateFormats = ["%Y-%m-%d"]
    timestamp_format: DateFormats = []
    null_values: Names = ["", "--", "-", "N/A", "NULL", "null"]
    total_rows: Names = []  # values of the first cell that mark the file's own total: "Total*"
    sheet: str | None = None
    only_rows: dict[str, Names] = {}
    row_key: Names = []
    unpivot: Unpivot | None = None
    accept: Names = []  # first 8 or more characters of the sha256 of files to load although their row count fell
    columns: dict[str, Annotated[ColumnRule, BeforeValidator(column_rule)]] = {}

    @model_validator(mode="after")
    def _known_entity_and_columns(self) -> SourceSection:
        entity = ENTITIES.get(self.entity)
        if entity is None:
            raise ValueError(f"entity {self.entity!r} is unknown; expected one of {', '.join(sorted(ENTITIES))}")
        unknown = [name for name in self.columns if name not in entity.column_names]
        if unknown:
            raise ValueError(
                f"columns {', '.join(unknown)} do not belong to {self.entity}, which has "
                f"{', '.join(entity.column_names)}"
            )
        pivoted = [self.unpivot.names, self.unpivot.values] if self.unpivot else []
        unknown = [name for name in pivoted if name not in entity.column_names]
        if unknown:
            raise ValueError(f"unpivot names {', '.join(unknown)}, which do not belong to {self.entity}")
        if self.kind == "files" and not self.glob:
            raise ValueError("kind 'files' needs glob, the pattern of its files relative to the company folder")
        if self.thousands and self.thousands == self.decimal:
            raise ValueError(f"decimal and thousands are both {self.decimal!r}")
        return self
