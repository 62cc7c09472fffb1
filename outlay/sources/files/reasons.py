"""Why a row cannot be used, column by column: SQL that gives a sentence with column, found and expected, or NULL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from outlay.sources.files.mapping import Bound
from outlay.sources.files.moments import ISO_DATE
from outlay.sources.quoting import like_any, literal

if TYPE_CHECKING:
    from outlay.sources.files.columns import RowQuery

_SHOWN = 80
# The hive folder's name must fit a file system; percent-encoded it can be three times as long.
_LONGEST_ACCOUNT = 80
_NOTHING = literal("")


def reasons(query: RowQuery) -> Iterator[str]:
    """For each check of the bound table one SQL expression: the sentence where it fails, NULL where it holds."""
    for bound in query.binding.columns:
        if bound.is_absent:
            continue
        yield _empty_or_misread(query, bound)
        yield from _unequal(query, bound)
        if bound.sign is not None:
            yield _signed_twice(query, bound)
    if query.entity.name == "platform_spend":
        yield _sentence("v_spend < 0", "spend is ", "cast(v_spend as varchar)", "; expected 0 or more")
    if query.entity.account_column:
        yield _long_account(query.entity.account_column)


def _sentence(condition: str, before: str, shown: str, after: str) -> str:
    return f"case when {condition} then {literal(before)} || {shown} || {literal(after)} end"


def _quoted(text: str) -> str:
    """SQL: the found value in quotes, cut where it is long."""
    cut = f"case when length({text}) > {_SHOWN} then left({text}, {_SHOWN}) || '…' else {text} end"
    return f"""'"' || {cut} || '"'"""


def _empty_or_misread(query: RowQuery, bound: Bound) -> str:
    column, text = bound.column, f"t_{bound.column.name}"
    empty = f"{text} is null"
    found = text
    if bound.is_debit_credit:
        credit = f"k_{column.name}"
        empty = f"{text} is null and {credit} is null"
        found = f"concat_ws(' and ', {text}, {credit})"
    missing = f"when {empty} then {literal(f'{column.name} is empty; it is required')} " if column.required else ""
    if query.is_text(column):
        return f"case {missing}end" if missing else "null"
    expected = literal(f"; expected {_expected(query, bound)}")
    present = "" if missing else f"not ({empty}) and "
    return (
        f"case {missing}when {present}v_{column.name} is null "
        f"then {literal(f'{column.name} is ')} || {_quoted(found)} || {expected} end"
    )


def _expected(query: RowQuery, bound: Bound) -> str:
    column = bound.column
    if column.type == "date":
        return f"a date written {' or '.join(query.formats(bound))}"
    if column.type == "timestamp":
        return (
            f"a time written {' or '.join(query.formats(bound)) or f'{ISO_DATE}T%H:%M:%S, with or without an offset'}"
        )
    if column.type == "currency":
        return "an ISO 4217 currency code"
    if column.type == "boolean":
        return "true, false, yes, no, 1 or 0"
    if column.choices:
        return f"one of {', '.join(column.choices)}"
    kind = "a whole number" if column.type == "integer" else "a number"
    return f"{kind} that fits {column.storage_type}, with {query.notation.described()}"


def _unequal(query: RowQuery, bound: Bound) -> Iterator[str]:
    if bound.cell is None:
        return
    for other in bound.equals:
        yield (
            f"case when c{other} is distinct from c{bound.cell} then "
            f"{literal(f'{query.headings[other].strip()} is ')} || {_quoted(f'coalesce(c{other}, {_NOTHING})')} || "
            f"{literal(f' where {query.headings[bound.cell].strip()} is ')} || "
            f"{_quoted(f'coalesce(c{bound.cell}, {_NOTHING})')} || '; expected the same, one row a day' end"
        )


def _signed_twice(query: RowQuery, bound: Bound) -> str:
    marked = like_any(f"c{bound.sign}", bound.rule.negative_when)
    return _sentence(
        f"{marked} and d_{bound.column.name} like '-%'" if not bound.is_debit_credit else "false",
        f"{bound.column.name} is ",
        _quoted(f"t_{bound.column.name}"),
        f" although {query.headings[bound.sign or 0].strip()} already makes it negative; expected an unsigned amount",
    )


def _long_account(column: str) -> str:
    condition = f"length(v_{column}) > {_LONGEST_ACCOUNT}"
    expected = f"; expected at most {_LONGEST_ACCOUNT} characters"
    return _sentence(condition, f"{column} is ", _quoted(f"v_{column}"), expected)
