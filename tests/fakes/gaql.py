"""The part of Google's query language that reports are asked in: SELECT ... FROM ... WHERE ... AND ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_QUERY = re.compile(
    r"^\s*SELECT\s+(?P<fields>.+?)\s+FROM\s+(?P<resource>\w+)(?:\s+WHERE\s+(?P<where>.+?))?"
    r"(?:\s+ORDER\s+BY\s+(?P<order>.+?))?(?:\s+LIMIT\s+(?P<limit>\d+))?(?:\s+PARAMETERS\s+.+)?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_BETWEEN = re.compile(r"segments\.date\s+BETWEEN\s+'([\d-]+)'\s+AND\s+'([\d-]+)'", re.IGNORECASE)
_CONDITION = re.compile(r"^([\w.]+)\s*(=|!=|>=|<=|>|<|\bNOT\s+IN\b|\bIN\b)\s*(.+)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """`field operator values`, the operator in capitals, values without their quotes."""

    field: str
    operator: str
    values: tuple[str, ...]

    def holds(self, value: str) -> bool:
        """Whether a value, as text, meets the condition."""
        if self.operator in ("IN", "="):
            return value in self.values
        if self.operator in ("NOT IN", "!="):
            return value not in self.values
        bound = self.values[0]
        return {">=": value >= bound, "<=": value <= bound, ">": value > bound, "<": value < bound}[self.operator]


@dataclass(frozen=True)
class Query:
    """A query, taken apart."""

    fields: tuple[str, ...]
    resource: str
    conditions: tuple[Condition, ...] = ()
    limit: int | None = None

    @property
    def has_metrics(self) -> bool:
        return any(field.startswith("metrics.") for field in self.fields)

    def days(self) -> tuple[date, date]:
        """The first and last day asked for, all time where nothing limits it."""
        first, last = date.min, date.max
        for one in self.conditions:
            if one.field != "segments.date":
                continue
            day = date.fromisoformat(one.values[0])
            first = max(first, day) if one.operator in (">=", ">", "=") else first
            last = min(last, day) if one.operator in ("<=", "<", "=") else last
        return first, last

    def admits(self, field: str, value: str) -> bool:
        """Whether a row whose `field` is `value` is asked for."""
        return all(one.holds(value) for one in self.conditions if one.field == field)


def parse_query(text: str) -> Query:
    """Raises ValueError for text that is no query."""
    found = _QUERY.match(text)
    if found is None:
        raise ValueError(f"Error in query: {text[:80]}")
    where = _BETWEEN.sub(r"segments.date >= '\1' AND segments.date <= '\2'", found["where"] or "")
    conditions = tuple(_condition(part) for part in re.split(r"\s+AND\s+", where, flags=re.IGNORECASE) if part.strip())
    fields = tuple(field.strip() for field in found["fields"].split(","))
    return Query(fields, found["resource"].lower(), conditions, int(found["limit"]) if found["limit"] else None)


def _condition(text: str) -> Condition:
    found = _CONDITION.match(text.strip())
    if found is None:
        raise ValueError(f"Error in query: unexpected input {text.strip()}")
    values = [part.strip().strip("'\"") for part in found[3].strip().strip("()").split(",")]
    return Condition(found[1], re.sub(r"\s+", " ", found[2].upper()), tuple(values))
