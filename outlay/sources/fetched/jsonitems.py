"""Reads the items of one array of a JSON document as a stream: a 100 MB answer never stands in memory whole.

Objects are decoded one by one by the standard library's C scanner, with fractions as Decimal: several times as fast as
event parsers, and no amount is ever a binary float. Small answers are decoded at once by msgspec, which knows exact
fractions too and takes half the time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import msgspec

_CHUNK = 1 << 20
# Smaller answers are decoded in one piece: some platforms give fifty rows a page.
_SMALL = 1 << 18
_BLANK = re.compile(r"[ \t\n\r]*")
# Including the end of the window.
_BLANKS = ("", " ", "\t", "\n", "\r")
_AFTER_ITEM = (",", "]")
# What may follow a number that is not over, the end of the window among it.
_IN_NUMBER = ("", ".", "e", "E", "+", "-")

_WHOLE = msgspec.json.Decoder(float_hook=Decimal)


class CutError(ValueError):
    """The document is not whole JSON: it ends too early, or something else stands there."""


def items(path: Path, where: str) -> Iterator[Any]:
    """The items of the array at `where`, in ijson's notation: `data.item`, `item.results.item`, `item`.

    An array that is absent has no items. The whole document is read to its end: raises CutError (a ValueError) when it
    is not whole. Objects are dicts, fractions Decimal, whole numbers int.
    """
    if path.stat().st_size <= min(_SMALL, _CHUNK):
        yield from _found(whole(path), where.split("."))
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = _Reader(file)
        try:
            yield from reader.found(where.split("."))
        except UnicodeDecodeError as error:
            raise CutError(f"not UTF-8: {error}") from None
        reader.expect_end()


def whole(path: Path) -> Any:
    """The whole document, for answers known to be small. Raises CutError when it is not whole JSON."""
    content = path.read_bytes()
    try:
        return _WHOLE.decode(content)
    except ValueError:
        return _told(content)


def _told(content: bytes) -> Any:
    """What msgspec does not take, a byte-order mark say, read with errors that name the place."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise CutError(f"not UTF-8: {error}") from None
    except ValueError as error:
        raise CutError(str(error).replace("Extra data", "something follows the end of the document")) from None


def _found(value: Any, where: list[str]) -> Iterator[Any]:
    """The values at `where` below a value that is decoded already."""
    if not where:
        yield value
    elif where == ["item"]:
        yield from value if type(value) is list else ()
    elif where[0] == "item":
        for inner in value if type(value) is list else ():
            yield from _found(inner, where[1:])
    elif type(value) is dict and where[0] in value:
        yield from _found(value[where[0]], where[1:])


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


class _Reader:
    """A window on the text that grows when a value does not end within it and forgets what was read."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._is_all = False
        # Not `raw_decode`: its errors count the lines of the whole window.
        decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_number)
        self._scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once  # type: ignore[attr-defined]

    def found(self, where: list[str]) -> Iterator[Any]:
        """The values at `where` below the value that begins here."""
        if not where:
            yield self._value()
        elif where[0] == "item":
            yield from self._in_array(where[1:])
        else:
            yield from self._in_object(where[0], where[1:])

    def expect_end(self) -> None:
        if self._peek():
            raise CutError(f"something follows the end of the document: {self._text[self._at : self._at + 40]!r}")

    def _in_array(self, rest: list[str]) -> Iterator[Any]:
        if self._peek() != "[":
            self._value()  # another thing than an array: null, or an error object
            return
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        if not rest:
            yield from self._elements()
            return
        while True:
            yield from self.found(rest)
            if self._next_is_last("]"):
                return

    def _elements(self) -> Iterator[Any]:
        """The elements of the array whose first one begins here; the loop that reads every row of an answer."""
        scan = self._scan
        while True:
            try:
                value, end = scan(self._text, self._at)
                mark = self._text[end]
            except (ValueError, IndexError, StopIteration):
                mark = ""
            if mark not in _AFTER_ITEM:
                # It goes on behind the window, or blanks follow: the long way.
                value = self._value()
                mark, end = self._peek(), self._at
            yield value
            self._at = end
            if mark == "," and self._text[end + 1 : end + 2] not in _BLANKS:
                self._at += 1
            elif self._next_is_last("]"):
                return
            else:
                self._peek()

    def _in_object(self, name: str, rest: list[str]) -> Iterator[Any]:
        if self._peek() != "{":
            self._value()
            return
        self._at += 1
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            key = self._value()
            self._take(":")
            if key == name:
                yield from self.found(rest)
            else:
                self._value()
            if self._next_is_last("}"):
                return

    def _next_is_last(self, end: str) -> bool:
        mark = self._peek()
        self._at += 1
        if mark == end:
            return True
        if mark != ",":
            raise CutError(f"expected , or {end}, found {mark or 'the end of the document'!r}")
        return False

    def _take(self, mark: str) -> None:
        found = self._peek()
        if found != mark:
            raise CutError(f"expected {mark!r}, found {found or 'the end of the document'!r}")
        self._at += 1

    def _peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except (ValueError, StopIteration):
                if self._more():
                    continue
                shown = self._text[self._at : self._at + 40]
                raise CutError(f"the document ends in the middle or is not JSON: {shown!r}") from None
            # A number at the edge of the window may go on behind it: `1` and `1.` of 1.5.
            if self._text[end : end + 1] in _IN_NUMBER and self._more():
                continue
            self._at = end
            return value

    def _more(self) -> bool:
        """Reads on; as much again as is held, so that one large value costs no more than its length."""
        if self._is_all:
            return False
        kept = self._text[self._at :]
        chunk = self._file.read(max(_CHUNK, len(kept)))
        self._is_all = not chunk
        self._text, self._at = kept + chunk, 0
        return bool(chunk)
