"""Declared fields: which value of an answer becomes which column, of which type; everything else is drift.

    SHAPE = Shape([Field("campaign_id", "campaign.id", required=True), Field("spend", "metrics.costMicros", "micros")])
    row = SHAPE.read(answer_object, reading)

A required field that is missing and any value of another type than declared is a SchemaError; a field that nobody
declared is noted in the reading once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Reading
from outlay.sources.fetched.values import CONVERTERS, EXPECTED

_NOT_OF_TYPE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
_Read = Callable[[Any, Reading | None], dict[str, Any]]
# Platforms that leave out what is zero have many sets of names; beyond these each is looked at again.
_MOST_SEEN = 10_000


@dataclass(frozen=True)
class Field:
    """`path` names the value with dots. `kind` is a key of `values.CONVERTERS`, or a function that raises ValueError.

    A value that is absent, null or one of the shape's `nulls` becomes `default`; SchemaError where it is required and
    there is no default. Several fields may read one path; `column` starting with _ is for the connector's own use.
    """

    column: str
    path: str
    kind: str | Callable[[Any], Any] = "text"
    required: bool = False
    default: Any = None

    @property
    def convert(self) -> Callable[[Any], Any]:
        return CONVERTERS[self.kind] if isinstance(self.kind, str) else self.kind

    @property
    def expected(self) -> str:
        return EXPECTED[self.kind] if isinstance(self.kind, str) else (self.kind.__doc__ or self.kind.__name__)


@dataclass
class _Node:
    """One object of the answer: its own values, the objects in it, and every name that may stand there.

    `seen` are the sets of names that were found to be known.
    """

    path: str = ""
    fields: list[tuple[str, Field]] = field(default_factory=list)
    children: list[tuple[str, _Node]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    seen: set[tuple[str, ...]] = field(default_factory=set)


class Shape:
    """The fields of one kind of object. `known` lists, with dots, what may stand there besides and is not used."""

    def __init__(self, fields: Iterable[Field], known: Iterable[str] = (), nulls: Iterable[str] = ("",)) -> None:
        self.fields = tuple(fields)
        self._nulls = frozenset(nulls)
        self._root = _Node()
        for one in self.fields:
            node, name = self._place(one.path)
            node.fields.append((name, one))
        for path in known:
            self._place(path)

    def read(self, found: Any, reading: Reading | None = None) -> dict[str, Any]:
        """The declared columns of one object. Raises SchemaError."""
        return self._compiled(found, reading)

    @cached_property
    def _compiled(self) -> _Read:
        """Made when first used: a run uses few of all shapes."""
        return _compiled(self._root, self._nulls)

    def _place(self, path: str) -> tuple[_Node, str]:
        *parents, name = path.split(".")
        node = self._root
        for parent in parents:
            node.known.add(parent)
            child = next((child for name, child in node.children if name == parent), None)
            if child is None:
                child = _Node(f"{node.path}{parent}.")
                node.children.append((parent, child))
            node = child
        node.known.add(name)
        return node, name


# -- how an object is read -------------------------------------------------------------------------------------------


def _compiled(root: _Node, nulls: frozenset[str]) -> _Read:
    """The reader of a shape as one function without a loop, as dataclasses write theirs: it runs for every row, and

    loops and calls for each value would take twice the time.
    """
    given: dict[str, Any] = {
        "careful": partial(_carefully, nulls), "note": _note, "nothing": {}, "nulls": nulls,
        "not_of_type": _NOT_OF_TYPE, "no_object": _no_object,
    }  # fmt: skip
    lines = ["def read(found, reading):"]
    columns: dict[str, str] = {}
    _write(root, "found", lines, columns, given)
    lines.append(f"    return {{{', '.join(f'{column!r}: {value}' for column, value in columns.items())}}}")
    exec("\n".join(lines), given)
    read: _Read = given["read"]
    return read


def _write(node: _Node, found: str, lines: list[str], columns: dict[str, str], given: dict[str, Any]) -> None:
    """Appends the lines that read the object in the variable `found`, and what they need to `given`."""
    at = f"node_{len(lines)}"
    given[at], given[f"{at}_seen"] = node, node.seen
    lines += [
        f"    if type({found}) is not dict: no_object({at}, {found})",
        f"    if reading is not None and tuple({found}) not in {at}_seen: note({at}, {found}, reading)",
    ]
    for name, one in node.fields:
        column, the = f"column_{len(lines)}", f"field_{len(lines)}"
        given[the], given[f"{the}_convert"] = one, one.convert
        columns[one.column] = column
        lines.append(f"    value = {found}.get({name!r})")
        if one.kind == "text":
            test = "type(value) is str and value and value not in nulls"
            lines.append(f"    {column} = value if {test} else careful(value, {the})")
            continue
        # A function of a connector may take anything, a sign for nothing among it; the others refuse what is empty.
        is_null = "" if isinstance(one.kind, str) else " or (type(value) is str and value in nulls)"
        lines += [
            f"    if value is None{is_null}: {column} = careful(value, {the})",
            "    else:",
            f"        try: {column} = {the}_convert(value)",
            f"        except not_of_type: {column} = careful(value, {the})",
        ]
    for name, child in node.children:
        inner = f"object_{len(lines)}"
        lines += [f"    {inner} = {found}.get({name!r})", f"    if {inner} is None: {inner} = nothing"]
        _write(child, inner, lines, columns, given)


def _carefully(nulls: frozenset[str], value: Any, one: Field) -> Any:
    if value is None or (type(value) is str and value in nulls):
        if one.required and one.default is None:
            raise SchemaError(one.path, one.expected, value)
        return one.default
    try:
        return one.convert(value)
    except _NOT_OF_TYPE:
        raise SchemaError(one.path, one.expected, value) from None


def _no_object(node: _Node, found: Any) -> None:
    raise SchemaError(node.path.rstrip(".") or "(row)", "an object", found)


def _note(node: _Node, found: Mapping[str, Any], reading: Reading) -> None:
    unknown = found.keys() - node.known
    for name in unknown:
        reading.unknown_fields.setdefault(f"{node.path}{name}", node.path.rstrip(".") or "the row")
    if not unknown and len(node.seen) < _MOST_SEEN:
        node.seen.add(tuple(found))
