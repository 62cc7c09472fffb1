"""Declared fields: which value of an answer becomes which column, of which type; everything else is drift.

    SHAPE = Shape([Field("campaign_id", "campaign.id", required=True), Field("spend", "metrics.costMicros", "micros")])
    row = SHAPE.read(answer_object, reading)

A required field that is missing and any value of another type than declared is a SchemaError; a field that nobody
declared is noted in the reading once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Reading
from outlay.sources.fetched.values import CONVERTERS, EXPECTED


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

    `quick` are values whose converter itself refuses what is empty; the others are looked at before.
    """

    path: str = ""
    quick: list[tuple[str, str, Callable[[Any], Any], Field]] = field(default_factory=list)
    careful: list[tuple[str, Field]] = field(default_factory=list)
    children: list[tuple[str, _Node]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)


class Shape:
    """The fields of one kind of object. `known` lists, with dots, what may stand there besides and is not used."""

    def __init__(self, fields: Iterable[Field], known: Iterable[str] = (), nulls: Iterable[str] = ("",)) -> None:
        self.fields = tuple(fields)
        self._nulls = frozenset(nulls)
        self._root = _Node()
        for one in self.fields:
            node, name = self._place(one.path)
            # Text alone takes any sign for itself, and a function of a connector may take anything.
            if isinstance(one.kind, str) and (one.kind != "text" or self._nulls == {""}):
                node.quick.append((name, one.column, one.convert, one))
            else:
                node.careful.append((name, one))
        for path in known:
            self._place(path)

    def read(self, found: Any, reading: Reading | None = None) -> dict[str, Any]:
        """The declared columns of one object. Raises SchemaError."""
        row: dict[str, Any] = {}
        self._read(self._root, found, row, reading)
        return row

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

    def _read(self, node: _Node, found: Any, row: dict[str, Any], reading: Reading | None) -> None:
        if type(found) is not dict:
            raise SchemaError(node.path.rstrip(".") or "(row)", "an object", found)
        if reading is not None and not found.keys() <= node.known:
            self._note(node, found, reading)
        # This runs for every value of every row: the usual case has no test but its converter's own.
        for name, column, convert, one in node.quick:
            try:
                row[column] = convert(found[name])
            except (LookupError, ValueError, TypeError, ArithmeticError):
                row[column] = self._carefully(found.get(name), one)
        for name, one in node.careful:
            row[one.column] = self._carefully(found.get(name), one)
        for name, child in node.children:
            inner = found.get(name)
            self._read(child, {} if inner is None else inner, row, reading)

    def _carefully(self, value: Any, one: Field) -> Any:
        if value is None or (type(value) is str and value in self._nulls):
            if one.required and one.default is None:
                raise SchemaError(one.path, one.expected, value)
            return one.default
        try:
            return one.convert(value)
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
            raise SchemaError(one.path, one.expected, value) from None

    def _note(self, node: _Node, found: Mapping[str, Any], reading: Reading) -> None:
        for name in found.keys() - node.known:
            reading.unknown_fields.setdefault(f"{node.path}{name}", node.path.rstrip(".") or "the row")
