"""Reads and checks a company folder's `company.toml`: everything `outlay` knows about one company.

A mistake is reported with the file, the key, what stands there and what was expected, all mistakes at once.
"""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
import zoneinfo
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from outlay.currencies import is_currency
from outlay.entities import ENTITIES

FILE_NAME = "company.toml"


class CompanyError(Exception):
    """The company folder cannot be used; the message names file, key, what was found and what was expected."""


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
    if unknown or not directives:
        raise ValueError(f"{value!r} is not a date format such as %d.%m.%Y or %Y-%m-%d %H:%M:%S")
    return value


def _check_zone(value: str) -> str:
    if value not in zoneinfo.available_timezones():
        raise ValueError(f"{value!r} is not an IANA time zone such as Europe/Berlin")
    return value


# What may follow % in a date format.
_DATE_DIRECTIVES = set("aAbBdfgGHIjmMpSuUVwWyYzZ%")

Names = Annotated[list[str], BeforeValidator(_listed)]
Encoding = Annotated[str, AfterValidator(_check_encoding)]
DateFormats = Annotated[list[Annotated[str, AfterValidator(_check_date_format)]], BeforeValidator(_listed)]
Fraction = Annotated[Decimal, BeforeValidator(_decimal)]
Currency = Annotated[str, Field(min_length=3, max_length=3), BeforeValidator(_check_currency)]
TimeZone = Annotated[str, BeforeValidator(_check_zone)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class CompanySection(_Section):
    """`[company]`: who it is, its home currency and its organisation's day."""

    name: str
    currency: Currency
    time_zone: TimeZone = "UTC"
    attribution_model: str | None = None
    default_gross_margin: Fraction | None = Field(default=None, ge=0, le=1)
    fx_max_age_days: int = Field(default=7, ge=0)
    country: str | None = None


class FiscalCalendarSection(_Section):
    """`[fiscal_calendar]`: how the company cuts its year."""

    pattern: Literal["calendar", "445", "454", "544", "13x4"] = "calendar"
    first_month: int = Field(default=1, ge=1, le=12)
    first_day: date | None = None
    fiscal_year_named_by: Literal["end", "start"] = "end"

    @model_validator(mode="after")
    def _week_patterns_need_a_first_day(self) -> FiscalCalendarSection:
        if self.pattern != "calendar" and self.first_day is None:
            raise ValueError(f"pattern {self.pattern!r} needs first_day, the first day of any fiscal year")
        return self


ATTRIBUTION_MODELS = (
    "first_touch",
    "last_touch",
    "last_non_direct",
    "linear",
    "position_based",
    "time_decay",
    "markov_1",
    "markov_2",
    "shapley",
    "data_driven",
    "data_driven_calibrated",
)


class AttributionSection(_Section):
    """`[attribution]`: look-back windows and weights, with the declared defaults."""

    click_window_days: int = Field(default=30, ge=0)
    view_window_days: int = Field(default=1, ge=0)
    since_last_conversion: bool = False
    exclude_direct: bool = False
    half_life_hours: int = Field(default=168, gt=0)
    position_weights: tuple[Fraction, Fraction, Fraction] = (Decimal("0.4"), Decimal("0.2"), Decimal("0.4"))
    fit_days: int = Field(default=90, gt=0)
    headline: Literal[ATTRIBUTION_MODELS] = "data_driven"  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> AttributionSection:
        if sum(self.position_weights) != 1:
            raise ValueError(f"position_weights sum to {sum(self.position_weights)}, expected 1")
        return self


class ColumnRule(_Section):
    """How one canonical column is read from a delivered row. Exactly one origin is stated.

    `from` lists accepted headings, the first present wins; a `*` in a heading matches any text.
    `from_heading` takes the text that the `*` matched, e.g. the currency of `Amount spent (*)`.
    `template` builds text from `{Heading}` fields, `{$file}` and `{$row}`.
    `debit`/`credit` give debit - credit. `sign_from` + `negative_when` turn an unsigned amount negative.
    `must_equal` names headings whose value must be the same, else the row is quarantined.
    """

    from_: Names = Field(default=[], alias="from")
    constant: str | None = None
    from_heading: Names = []
    template: str | None = None
    debit: Names = []
    credit: Names = []
    values: dict[str, str] = {}
    default: str | None = None
    negate: bool = False
    sign_from: Names = []
    negative_when: Names = []
    must_equal: Names = []
    date_format: DateFormats = []
    round_to: int | None = Field(default=None, ge=0, le=4)
    divide_by: int | None = Field(default=None, gt=0)

    @field_validator("constant", "default", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int | float | date) else value

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnRule:
        origins = [self.from_, self.constant, self.from_heading, self.template, self.debit or self.credit]
        if sum(bool(origin) or origin == "" for origin in origins) != 1:
            raise ValueError("state exactly one of from, constant, from_heading, template, debit/credit")
        return self


def _column_rule(value: Any) -> Any:
    return {"from": value} if isinstance(value, str | list) else value


class Unpivot(_Section):
    """A wide table, one column a member, read as one row a member.

    Every heading that nothing else in the source names becomes a row: the heading itself stands in the column `names`,
    its cell in the column `values`. An empty cell (`null_values`) is no row.
    """

    names: str
    values: str


class SourceSection(_Section):
    """`[sources.<name>]`: one outside system, or one kind of export, and how it delivers one entity."""

    name: str = ""
    kind: str
    entity: str
    glob: str | None = None
    accounts: Names = []
    restatement_days: int = Field(default=0, ge=0)
    currency: Currency | None = None
    time_zone: TimeZone | None = None
    optional: bool = False
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
    columns: dict[str, Annotated[ColumnRule, BeforeValidator(_column_rule)]] = {}

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


class MatchRule(_Section):
    """What makes something belong to a channel or a department: every stated field must match one of its patterns.

    Patterns are case-insensitive; `*` stands for any text.
    """

    platforms: Names = []
    campaigns: Names = []  # campaign id or name
    accounts: Names = []  # ledger account
    vendors: Names = []  # vendor id or name
    labels: Names = []  # what the source itself calls the channel or department


class AccountRule(_Section):
    """What a ledger account means to marketing; the table's key is a pattern of account ids."""

    is_marketing: bool | None = None
    spend_category: str | None = None
    channel: str | None = None
    department: str | None = None


Rules = Annotated[list[MatchRule], BeforeValidator(lambda value: [value] if isinstance(value, dict) else value)]


class Company(_Section):
    """A company, read from its folder. Build it with `read_company`."""

    folder: Path
    company: CompanySection
    fiscal_calendar: FiscalCalendarSection = FiscalCalendarSection()
    attribution: AttributionSection = AttributionSection()
    sources: dict[str, SourceSection]
    channels: dict[str, Rules] = {}
    departments: dict[str, Rules] = {}
    accounts: dict[str, AccountRule] = {}

    @field_validator("sources", mode="before")
    @classmethod
    def _named_sources(cls, value: Any) -> Any:
        if not isinstance(value, dict) or not value:
            raise ValueError("at least one [sources.<name>] table is needed")
        for name in value:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                raise ValueError(f"source name {name!r}: use lower-case letters, digits and _, a letter first")
        return {name: {"name": name, **table} if isinstance(table, dict) else table for name, table in value.items()}

    @property
    def headline_model(self) -> str:
        """The model whose figures stand in front: `[company] attribution_model`, else `[attribution] headline`."""
        return self.company.attribution_model or str(self.attribution.headline)


def read_company(folder: Path | str) -> Company:
    """The company described by `folder/company.toml`.

    Raises CompanyError naming file, key, found and expected.
    """
    folder = Path(folder).resolve()
    path = folder / FILE_NAME
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CompanyError(
            f"{path}: no such file. A company folder holds a {FILE_NAME}; `outlay sample --out DIR` writes one."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CompanyError(f"{path}: not valid TOML: {error}") from None
    if "folder" in document:
        raise CompanyError(f"{path}: folder: not a key of {FILE_NAME}; the folder is where the file lies")
    try:
        return Company.model_validate({**document, "folder": folder})
    except ValidationError as error:
        raise CompanyError("\n".join(_explain(path, problem) for problem in error.errors())) from None


def _explain(path: Path, problem: Any) -> str:
    """One line for one pydantic problem: file, dotted key, what was wrong, and a near name for an unknown key."""
    location = [str(part) for part in problem["loc"] if not str(part).startswith("function-")]
    key = ".".join(location) or "(file)"
    if problem["type"] == "extra_forbidden":
        accepted = _accepted_keys(location)
        near = difflib.get_close_matches(location[-1], accepted, n=1)
        hint = f"did you mean {near[0]}?" if near else f"accepted here: {', '.join(accepted)}"
        return f"{path}: {key}: unknown key; {hint}"
    if problem["type"] == "missing":
        return f"{path}: {key}: missing; it is required"
    return f"{path}: {key}: {problem['msg'].removeprefix('Value error, ')} (found {problem['input']!r:.80})"


def _accepted_keys(location: list[str]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "company": CompanySection,
        "fiscal_calendar": FiscalCalendarSection,
        "attribution": AttributionSection,
        "accounts": AccountRule,
        "channels": MatchRule,
        "departments": MatchRule,
    }
    inner: dict[str, type[BaseModel]] = {"columns": ColumnRule, "unpivot": Unpivot}
    model: type[BaseModel] = Company
    if len(location) > 1:
        model = next((inner[part] for part in location if part in inner), sections.get(location[0], SourceSection))
    return sorted(field.alias or name for name, field in model.model_fields.items() if name not in ("folder", "name"))
