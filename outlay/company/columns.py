"""How company.toml maps the headings of an export to canonical columns."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field, field_validator, model_validator

from outlay.company.values import DateFormats, Names, Section


class ColumnRule(Section):
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


def column_rule(value: Any) -> Any:
    return {"from": value} if isinstance(value, str | list) else value


class Unpivot(Section):
    """A wide table, one column a member, read as one row a member.

    Every heading that nothing else in the source names becomes a row: the heading itself stands in the column `names`,
    its cell in the column `values`. An empty cell (`null_values`) is no row.
    """

    names: str
    values: str
