"""Which column of the database feeds which canonical column, and whether its type there can be trusted with that."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from outlay.company import ColumnRule, SourceSection
from outlay.entities import ENTITIES, Column, Entity
from outlay.sources.fetched.errors import FetchError
from outlay.sources.sql.dialects import Field

# What company.toml may say of a column; everything else is better said in the query.
_RULES = {"from_", "constant", "values", "default", "negate", "divide_by", "debit", "credit"}
NUMBERS = ("money", "rate", "number", "integer")
_CURSORS = ("aware", "naive", "date", "integer")


@dataclass(frozen=True)
class Feed:
    """Where one canonical column comes from: a database column, debit minus credit, or a constant."""

    column: Column
    rule: ColumnRule
    origin: str | None = None
    debit: str | None = None
    credit: str | None = None

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(name for name in (self.origin, self.debit, self.credit) if name)

    @property
    def constant(self) -> str | None:
        return self.rule.constant if self.rule.constant is not None else self.rule.default


@dataclass(frozen=True)
class Binding:
    """All canonical columns that the rows deliver, and the database columns, in their order.

    `used` are those that something is mapped to, `unused` the others.
    """

    entity: Entity
    feeds: tuple[Feed, ...]
    row_key: tuple[str, ...]
    cursor: str | None
    used: tuple[Field, ...]
    unused: tuple[Field, ...]

    @cached_property
    def kinds(self) -> dict[str, Field]:
        return {one.name: one for one in (*self.used, *self.unused)}

    def feed(self, column: str | None) -> Feed | None:
        """The feed of a canonical column that is read from the database."""
        return next((one for one in self.feeds if one.column.name == column and one.origins), None)

    @property
    def day(self) -> Field | None:
        """The database column by which months are cut; None for a snapshot."""
        feed = self.feed(self.entity.day_column)
        return self.kinds[feed.origins[0]] if feed else None


def unreadable_rules(section: SourceSection) -> list[str]:
    """For each column whose rule says what only files can: `columns.spend.template`."""
    entity = ENTITIES[section.entity]
    return [
        f"columns.{column}.{key}"
        for column, rule in section.columns.items()
        for key in sorted(rule.model_fields_set)
        if getattr(rule, key) and (key not in _RULES or (key == "values" and entity.column(column).type in NUMBERS))
    ]


def bind(section: SourceSection, cursor: str | None, fields: Sequence[Field]) -> Binding:
    """The binding of `section` to what the database really has. Raises FetchError naming the column and what to do."""
    entity = ENTITIES[section.entity]
    finder = _Finder(section.name, fields)
    feeds = tuple(feed for column in entity.columns if (feed := _feed(section, column, finder)) is not None)
    row_key = tuple(finder.needed([name], "row_key") for name in section.row_key)
    found = finder.needed([cursor], "cursor") if cursor else None
    feeds = _with_time_of_change(entity, feeds, finder, found)
    wanted = {*row_key, *(name for feed in feeds for name in feed.origins), *([found] if found else [])}
    used = tuple(one for one in fields if one.name in wanted)
    unused = tuple(one for one in fields if one.name not in wanted)
    return Binding(entity, feeds, row_key, found, used, unused)


def _with_time_of_change(
    entity: Entity, feeds: tuple[Feed, ...], finder: _Finder, cursor: str | None
) -> tuple[Feed, ...]:
    """A cursor that is a time says when the row changed last, unless company.toml says it otherwise."""
    column = entity.column("source_updated_at")
    is_time = any(one.name == cursor and one.kind in ("aware", "naive") for one in finder.fields)
    if cursor is None or not is_time or any(feed.column == column for feed in feeds):
        return feeds
    return (*feeds, Feed(column, ColumnRule.model_validate({"from": cursor}), cursor))


@dataclass(frozen=True)
class _Finder:
    source: str
    fields: Sequence[Field]

    def find(self, accepted: Sequence[str]) -> str | None:
        """The first accepted name that is there; a spelling that differs in case only counts where it is alone."""
        names = [one.name for one in self.fields]
        for wanted in accepted:
            alike = [name for name in names if name.casefold() == wanted.casefold()]
            if wanted in names or len(alike) == 1:
                return wanted if wanted in names else alike[0]
        return None

    def needed(self, accepted: Sequence[str], needed_by: str) -> str:
        found = self.find(accepted)
        if found is None:
            names = [one.name for one in self.fields]
            near = [name for name in names if accepted[0].casefold() in name.casefold()]
            near = near or difflib.get_close_matches(accepted[0], names, n=1)
            hint = f"; was it renamed to {near[0]}?" if near else ""
            raise FetchError(
                f"{self.source}: {needed_by}: no column {' or '.join(accepted)} in the database; found: "
                f"{', '.join(names)}{hint or '.'} State it under [sources.{self.source}.columns] or in the query"
            )
        return found


def _feed(section: SourceSection, column: Column, finder: _Finder) -> Feed | None:
    rule = section.columns.get(column.name) or ColumnRule.model_validate({"from": column.name})
    fallback = {"currency": section.currency, "account_time_zone": section.time_zone}.get(column.name)
    if fallback and rule.default is None:
        rule = rule.model_copy(update={"default": fallback})
    if rule.constant is not None:
        return Feed(column, rule)
    is_needed = rule.default is None and (column.required or column.name in section.columns)

    def look(accepted: Sequence[str]) -> str | None:
        return finder.needed(accepted, column.name) if is_needed and accepted else finder.find(accepted)

    if rule.debit or rule.credit:
        return Feed(column, rule, debit=look(rule.debit), credit=look(rule.credit))
    origin = look(rule.from_)
    return Feed(column, rule, origin) if origin or rule.default is not None else None


def check_types(source: str, binding: Binding, *, is_typed: bool) -> None:
    """Raises FetchError for a column whose type in the database cannot carry its values, saying what to do.

    `is_typed`: False for SQLite, where amounts and days may be kept as text.
    """
    for feed in binding.feeds:
        for field in (binding.kinds[name] for name in feed.origins):
            if (advice := _mistyped(feed.column, field, is_typed)) is not None:
                raise FetchError(
                    f"{source}: {feed.column.name}: column {field.name} is {field.type_name} in the database; {advice}"
                )
    _check_day(source, binding, is_typed)
    cursor = binding.kinds[binding.cursor] if binding.cursor else None
    if cursor and cursor.kind not in (_CURSORS if is_typed else (*_CURSORS, "text")):
        raise FetchError(
            f"{source}: cursor: column {cursor.name} is {cursor.type_name} in the database; expected the time of a "
            "row's last change or a number that rises with every change"
        )


def _check_day(source: str, binding: Binding, is_typed: bool) -> None:
    name, field = binding.entity.day_column, binding.day
    if name is not None and field is None:
        raise FetchError(f"{source}: {name}: must be read from a column of the database: months are cut by it")
    if is_typed and field is not None and field.kind not in ("date", "naive", "aware"):
        raise FetchError(
            f"{source}: {name}: column {field.name} is {field.type_name} in the database; expected a date or a "
            f"timestamp, by which months are cut: cast it in a query (cast({field.name} as date))"
        )


def _mistyped(column: Column, field: Field, is_typed: bool) -> str | None:
    """What to do about a type that cannot carry the column's values; None where it can."""
    if field.kind == "money":
        return f"its form depends on the server's locale: cast it in a query ({field.name}::numeric)"
    if column.type == "money":
        if field.kind == "float":
            return (
                "binary fractions hold no exact money: make it NUMERIC(18,4), or cast it in a query "
                f"(cast({field.name} as decimal(18,4)))"
            )
        if field.kind not in ("integer", "decimal") and is_typed:
            return f"expected a decimal or whole number: cast it in a query (cast({field.name} as decimal(18,4)))"
    if column.type == "boolean" and field.kind not in ("boolean", "integer", "text"):
        return "expected a boolean"
    return None
