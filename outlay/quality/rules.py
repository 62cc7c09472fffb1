"""What is demanded of rows, declared once: Great Expectations checks it on small frames, SQL on large tables.

Both readings must agree; a test holds them against each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["not_null", "between", "in_set", "matches", "ordered", "unique"]
Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Rule:
    """One demand on the rows of a table. A NULL satisfies every kind but `not_null` (SQL's own reading of CHECK).

    `between`: low <= column <= high, in the column's own units, either bound may be None. `ordered`: the first
    column <= the second. `unique`: the columns together, NULL equal to NULL. `matches`: the whole text is that of the
    regular expression, the first of `values`; the second is an example. `severity` "warn" lets the data pass.
    """

    kind: Kind
    columns: tuple[str, ...]
    low: Decimal | None = None
    high: Decimal | None = None
    values: tuple[str, ...] = ()
    severity: Severity = "error"

    @property
    def name(self) -> str:
        """The check's name, e.g. `not_null:spend`."""
        return f"{self.kind}:{'+'.join(self.columns)}"

    @property
    def expected(self) -> str:
        """The demand in words."""
        first, *others = self.columns
        if self.kind == "not_null":
            return f"{first} is filled"
        if self.kind == "in_set":
            return f"{first} is one of {', '.join(self.values)}"
        if self.kind == "matches":
            return f"{first} reads like {self.values[1]}"
        if self.kind == "ordered":
            return f"{first} <= {others[0]}"
        if self.kind == "unique":
            return f"{', '.join(self.columns)} together are unique"
        low = "" if self.low is None else f"{self.low:f} <= "
        high = "" if self.high is None else f" <= {self.high:f}"
        return f"{low}{first}{high}"

    def violation(self) -> str:
        """A SQL predicate that is true for a row that breaks the rule. Not for `unique`, which no row breaks alone."""
        quoted = [f'"{column}"' for column in self.columns]
        if self.kind == "not_null":
            return f"{quoted[0]} is null"
        if self.kind == "in_set":
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in self.values)
            return f"coalesce({quoted[0]} not in ({values}), false)"
        if self.kind == "matches":
            return f"coalesce(not regexp_full_match({quoted[0]}, '{self.values[0]}'), false)"
        if self.kind == "ordered":
            return f"coalesce({quoted[0]} > {quoted[1]}, false)"
        if self.kind == "between":
            bounds = [] if self.low is None else [f"{quoted[0]} < {self.low:f}"]
            bounds += [] if self.high is None else [f"{quoted[0]} > {self.high:f}"]
            return f"coalesce({' or '.join(bounds)}, false)"
        raise ValueError(f"{self.name}: uniqueness is no property of one row")


def not_null(*columns: str) -> tuple[Rule, ...]:
    """Each of `columns` is filled."""
    return tuple(Rule("not_null", (column,)) for column in columns)


def between(column: str, low: int | str | None = None, high: int | None = None, severity: Severity = "error") -> Rule:
    """`column` lies within the bounds, inclusive; a bound with decimals is given as text."""
    return Rule(
        "between",
        (column,),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
        severity=severity,
    )


def in_set(column: str, *values: str, severity: Severity = "error") -> Rule:
    """`column` is one of `values`."""
    return Rule("in_set", (column,), values=values, severity=severity)


def matches(column: str, pattern: str, example: str) -> Rule:
    """The whole of `column` is a text of `pattern`, which means the same to Python's re and to RE2; no quotes in it."""
    return Rule("matches", (column,), values=(pattern, example))


def ordered(first: str, second: str, severity: Severity = "error") -> Rule:
    """`first` does not lie after `second`."""
    return Rule("ordered", (first, second), severity=severity)


def unique(*columns: str) -> Rule:
    """`columns` together identify a row."""
    return Rule("unique", columns)


def version_of(declarations: Iterable[object]) -> str:
    """The version of a suite: 12 hex digits over everything it declares."""
    text = "\n".join(repr(declaration) for declaration in declarations)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
