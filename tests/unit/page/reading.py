"""Reads a written page back: every number with its place, the SQL that the page names, the texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser

_VOID = {"meta", "link", "br", "rect", "line", "polyline", "polygon", "circle", "input"}


@dataclass
class Shown:
    """A number on the page: exact value, the place it names, and what people read."""

    value: str
    query: str
    key: str
    column: str
    divisor: Decimal
    text: str = ""

    @property
    def number(self) -> Decimal:
        bare = self.text.replace("\u2212", "-").replace(",", "").replace("\u00a0", "").strip("+% ")
        return Decimal(bare)

    @property
    def last_digit(self) -> Decimal:
        """What one unit of the last digit shown is worth."""
        return Decimal(1).scaleb(int(self.number.as_tuple().exponent)) * self.divisor


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    shown: Shown | None = None
    texts: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """`numbers`, `sql` (query -> text), `text` (what people read, without SQL and style), `links`, `tags`."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.numbers: list[Shown] = []
        self.sql: dict[str, str] = {}
        self.links: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self._open: list[Element] = []
        self.feed(text)
        self.text = " ".join("".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append(tag)
        if tag == "a":
            self.links.append(attributes["href"] or "")
        element = Element(tag, attributes)
        if "data-c" in attributes:
            value = attributes.get("value") or attributes.get("data-v") or ""
            divisor = Decimal(attributes.get("data-s") or 1)
            element.shown = Shown(
                value, self._near("data-q", attributes), self._near("data-r", attributes), attributes["data-c"] or "",
                divisor,
            )  # fmt: skip
            self.numbers.append(element.shown)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        element = self._open[-1] if self._open else Element("", {})
        if element.tag == "pre":
            name = (element.attributes.get("id") or "").removeprefix("sql-")
            assert self.sql.get(name, data) == data, f"two different queries are called {name}"
            self.sql[name] = data
        elif element.tag != "style":
            self.texts.append(data)
        for one in self._open:
            if one.shown is not None:
                one.shown.text += data

    def _near(self, name: str, attributes: dict[str, str | None]) -> str:
        if attributes.get(name) is not None:
            return attributes[name] or ""
        return next((one.attributes[name] or "" for one in reversed(self._open) if name in one.attributes), "")
