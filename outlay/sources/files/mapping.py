"""Binds a source's declared columns to the headings that one delivered table really has.

The outcome says, for every canonical column, which cells it is read from; or names what is missing, and what the
missing heading was probably renamed to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from outlay.company import ColumnRule, SourceSection
from outlay.entities import ENTITIES, Column
from outlay.sources.files.headings import Headings

_FIELD = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Part:
    """A piece of a template: literal text, a cell, the file's name or the record number."""

    kind: str  # text | cell | file | row
    text: str = ""
    position: int = -1


@dataclass(frozen=True)
class Bound:
    """Where one canonical column comes from in one table. Exactly one of the origins is set; none means NULL."""

    column: Column
    rule: ColumnRule
    cell: int | None = None
    constant: str | None = None
    template: tuple[Part, ...] = ()
    debit: int | None = None
    credit: int | None = None
    sign: int | None = None
    equals: tuple[int, ...] = ()

    @property
    def is_absent(self) -> bool:
        return self.cell is None and self.constant is None and not self.template and not self.is_debit_credit

    @property
    def is_debit_credit(self) -> bool:
        return self.debit is not None or self.credit is not None


@dataclass
class Binding:
    """All columns of one table, bound. `missing` makes the table unusable, `unused` and `absent` do not."""

    columns: list[Bound] = field(default_factory=list)
    row_key: list[int] = field(default_factory=list)
    only: list[tuple[int, list[str]]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)  # optional column -> sentence
    unused: list[str] = field(default_factory=list)


def identity_rule(column: Column) -> ColumnRule:
    """The rule of a column that company.toml does not mention: the heading is the canonical name."""
    return ColumnRule.model_validate({"from": column.name})


def wanted_headings(section: SourceSection) -> list[list[str]]:
    """For each column that is read from cells: its accepted headings. Used to tell the heading line from the rest."""
    entity = ENTITIES[section.entity]
    pivoted = {section.unpivot.names, section.unpivot.values} if section.unpivot else set()
    wanted = []
    for column in entity.columns:
        rule = section.columns.get(column.name)
        if rule is None:
            if column.required and column.name not in pivoted and _fallback(section, column) is None:
                wanted.append([column.name])
            continue
        wanted += [names for names in (rule.from_, rule.from_heading, rule.debit, rule.credit) if names]
        wanted += [name.split("|") for name in _FIELD.findall(rule.template or "")]
    return [names for names in wanted if not names[0].startswith("$")]


def bind(section: SourceSection, headings: Headings) -> Binding:
    """The binding of `section`'s columns to `headings`. Problems are collected, never raised."""
    binding = Binding()
    used: set[int] = set()
    for column in ENTITIES[section.entity].columns:
        bound = _Binder(section, headings, binding, used).bind(column)
        binding.columns.append(bound)
    binder = _Binder(section, headings, binding, used)
    binding.row_key = [at for name in section.row_key if (at := binder.required_heading([name], "row_key")) is not None]
    for name, values in section.only_rows.items():
        if (at := binder.required_heading([name], "only_rows")) is not None:
            binding.only.append((at, values))
    binding.unused = [name for at, name in enumerate(headings.names) if at not in used and name.strip()]
    return binding


def _fallback(section: SourceSection, column: Column) -> str | None:
    """What the source as a whole says about a column that its rows do not state."""
    if column.name == "currency":
        return section.currency
    if column.name == "account_time_zone":
        return section.time_zone
    if column.name == "account_id" and len(section.accounts) == 1:
        return section.accounts[0]
    return None


@dataclass
class _Binder:
    section: SourceSection
    headings: Headings
    binding: Binding
    used: set[int]

    def bind(self, column: Column) -> Bound:
        declared = self.section.columns.get(column.name)
        rule = declared or identity_rule(column)
        fallback = _fallback(self.section, column)
        if fallback is not None and rule.default is None:
            rule = rule.model_copy(update={"default": fallback})
        bound = self._origin(column, rule)
        if bound.is_absent:
            if rule.default is not None:
                return Bound(column, rule, constant=rule.default)
            self._say_absent(column, rule, declared is not None)
            return bound
        equals = [self.required_heading([name], column.name) for name in rule.must_equal]
        sign = self.required_heading(rule.sign_from, column.name) if rule.sign_from else None
        return Bound(
            column=column,
            rule=rule,
            cell=bound.cell,
            constant=bound.constant,
            template=bound.template,
            debit=bound.debit,
            credit=bound.credit,
            sign=sign,
            equals=tuple(at for at in equals if at is not None),
        )

    def _origin(self, column: Column, rule: ColumnRule) -> Bound:
        if rule.constant is not None:
            return Bound(column, rule, constant=rule.constant)
        if rule.template is not None:
            return Bound(column, rule, template=tuple(self._parts(column, rule.template)))
        if rule.from_heading:
            found = self._find(rule.from_heading)
            return Bound(column, rule, constant=found[1] if found else None)
        if rule.debit or rule.credit:
            debit, credit = self._find(rule.debit), self._find(rule.credit)
            return Bound(column, rule, debit=debit and debit[0], credit=credit and credit[0])
        found = self._find(rule.from_)
        return Bound(column, rule, cell=found[0] if found else None)

    def _find(self, accepted: list[str]) -> tuple[int, str] | None:
        found = self.headings.find(accepted)
        if found is None:
            return None
        self.used.add(found[0])
        if self.headings.twice(found[0]):
            name = self.headings.names[found[0]].strip()
            sentence = f"heading {name!r} stands there twice: which one is meant cannot be told"
            if sentence not in self.binding.missing:
                self.binding.missing.append(sentence)
        return found

    def _parts(self, column: Column, template: str) -> Iterator[Part]:
        at = 0
        for match in _FIELD.finditer(template):
            if match.start() > at:
                yield Part("text", template[at : match.start()])
            at = match.end()
            if match.group(1) in ("$file", "$row"):
                yield Part(match.group(1)[1:])
                continue
            position = self.required_heading(match.group(1).split("|"), column.name)
            if position is not None:
                yield Part("cell", position=position)
        if at < len(template):
            yield Part("text", template[at:])

    def required_heading(self, accepted: list[str], needed_by: str) -> int | None:
        found = self._find(accepted)
        if found is None:
            self.binding.missing.append(self._sentence(needed_by, accepted))
        return found[0] if found else None

    def _say_absent(self, column: Column, rule: ColumnRule, declared: bool) -> None:
        accepted = rule.from_ or rule.from_heading or [*rule.debit, *rule.credit]
        if column.required:
            self.binding.missing.append(self._sentence(column.name, accepted))
        elif declared:
            self.binding.absent[column.name] = self._sentence(column.name, accepted)

    def _sentence(self, needed_by: str, accepted: list[str]) -> str:
        near = self.headings.nearest(accepted)
        hint = f"; was it renamed to {near.strip()!r}?" if near else ""
        expected = " or ".join(repr(name) for name in accepted)
        return f"{needed_by}: no heading {expected}; found: {self.headings.listed()}{hint}"
