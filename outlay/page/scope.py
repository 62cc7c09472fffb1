"""What a page is about: one fiscal period, one department with those under it or all, one attribution model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from outlay.page.reading import PageError, Reader, any_of

ALL = "(all)"
_KIND_NAMES = {"period": "month", "quarter": "quarter", "year": "year"}


class UnknownScopeError(Exception):
    """The period or department asked for is not in the published version; the message names what is."""


def day_text(day: date) -> str:
    """31 Mar 2026."""
    return f"{day.day} {day:%b %Y}"


@dataclass(frozen=True)
class Company:
    """What the marts do not say of the company. `model`: the attribution model that stands in front."""

    name: str
    currency: str
    model: str


@dataclass(frozen=True)
class Choice:
    """One thing that can be asked for."""

    value: str
    name: str
    is_chosen: bool


@dataclass(frozen=True)
class Scope:
    """`department` None: all. `departments`: it and all below. `as_of`: the last day with figures."""

    company: Company
    period: dict[str, Any]
    as_of: date
    department: str | None
    department_name: str
    departments: list[str] | None
    periods: tuple[Choice, ...]
    department_choices: tuple[Choice, ...]

    @property
    def period_id(self) -> str:
        return str(self.period["period_id"])

    @property
    def kind(self) -> str:
        """month, quarter or year: for sentences."""
        return _KIND_NAMES[self.period["period_kind"]]

    @property
    def start_text(self) -> str:
        return day_text(self.period["start_date"])

    @property
    def as_of_text(self) -> str:
        return day_text(min(self.as_of, self.period["end_date"]))

    @property
    def is_over(self) -> bool:
        return bool(self.as_of >= self.period["end_date"])

    @property
    def values(self) -> dict[str, Any]:
        """What the tokens in the SQL stand for."""
        return {
            "period_id": self.period_id,
            "start_date": self.period["start_date"],
            "end_date": self.period["end_date"],
            "as_of": self.as_of,
            "departments": any_of("department_id", self.departments),
            "forecast_department": self.department or ALL,
            "roi_kind": "month" if self.period["period_kind"] == "period" else self.period["period_kind"],
            "model": self.company.model,
            "first_week_end": self.as_of - timedelta(days=7 * 14),
        }


def find_scope(
    reader: Reader, company: Company, as_of: date, *, period: str | None = None, department: str | None = None
) -> Scope:
    """The scope asked for; without a period the fiscal quarter that holds `as_of`, else the period that does.

    Raises UnknownScopeError; PageError for a version without a fiscal calendar.
    """
    periods = reader.ask("periods", as_of=as_of)
    if not periods:
        raise PageError("the published version has no fiscal period that begins before its last day")
    by_id = {row["period_id"]: row for row in periods}
    if period is not None and period not in by_id:
        raise UnknownScopeError(f"there is no period {period}; there are {', '.join(by_id)}")
    chosen = by_id[period] if period else _current(list(periods), as_of)
    tree = reader.ask("departments", period_id=chosen["period_id"])
    names = {row["department_id"]: row["name"] for row in tree}
    if department is not None and department not in names:
        raise UnknownScopeError(f"there is no department {department}; there are {', '.join(names) or 'none'}")
    return Scope(
        company=company,
        period=chosen,
        as_of=as_of,
        department=department,
        department_name=names[department] if department else "all departments",
        departments=_below(list(tree), department) if department else None,
        periods=tuple(Choice(key, key, key == chosen["period_id"]) for key in by_id),
        department_choices=tuple(Choice(key, name, key == department) for key, name in names.items()),
    )


def _current(periods: list[dict[str, Any]], as_of: date) -> dict[str, Any]:
    holding = [row for row in periods if row["start_date"] <= as_of <= row["end_date"]] or periods[-1:]
    order = {"quarter": 0, "period": 1, "year": 2}
    return min(holding, key=lambda row: order[row["period_kind"]])


def _below(tree: list[dict[str, Any]], top: str) -> list[str]:
    found = [top]
    for department in found:
        found += [
            row["department_id"]
            for row in tree
            if row["parent_department_id"] == department and row["department_id"] not in found
        ]
    return sorted(found)
