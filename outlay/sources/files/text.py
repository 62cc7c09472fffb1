"""From bytes to UTF-8 text that DuckDB can read: byte-order marks, UTF-16, declared encodings, stray bytes.

A file that is valid UTF-8 already is not copied; everything else is rewritten once, streaming.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_CHUNK = 1 << 22
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What stands in the text for bytes that are not in the encoding.
REPLACEMENT = "\ufffd"
# How the blanks beyond ASCII begin in UTF-8.
_ODD_BLANKS = (b"\xc2\xa0", b"\xe2\x80", b"\xef\xbb\xbf")


@dataclass(frozen=True)
class Text:
    """A UTF-8 file and what a look at its bytes says.

    `lines` counts line ends (and an unended last line), blank lines not; `quotes` counts `"`. `has_stray_bytes`: some
    bytes were not in `encoding`, REPLACEMENT stands in their place. `has_odd_blanks`: tabs, no-break spaces and the
    like occur; `has_outer_spaces`: a space may stand at the edge of a cell.
    """

    path: Path
    encoding: str
    has_stray_bytes: bool
    lines: int
    quotes: int
    is_empty: bool
    has_odd_blanks: bool
    has_outer_spaces: bool


def read_text(path: Path, declared: str, work: Path) -> Text:
    """`path` as UTF-8. A byte-order mark overrules the declared encoding."""
    with path.open("rb") as file:
        head = file.read(4096)
    mark, encoding = next(((mark, name) for mark, name in _MARKS if head.startswith(mark)), (b"", ""))
    encoding = encoding or _without_mark(head) or codecs.lookup(declared).name
    if encoding == "utf-8" and not mark:
        facts = _Facts()
        if facts.measure(path):
            return Text(
                path,
                encoding,
                False,
                facts.lines,
                facts.quotes,
                facts.is_blank,
                facts.has_odd_blanks,
                facts.has_outer_spaces,
            )
    return _transcode(path, len(mark), encoding, work)


def _without_mark(head: bytes) -> str:
    """UTF-16 that lacks its mark: every other byte of plain text is zero."""
    if len(head) < 4 or 0 not in head[:4]:
        return ""
    if not any(head[0:64:2]) and all(head[1:64:2]):
        return "utf-16-be"
    return "utf-16-le" if all(head[0:64:2]) and not any(head[1:64:2]) else ""


class _Facts:
    """Counts over a file in UTF-8, taken chunk by chunk."""

    def __init__(self) -> None:
        self.lines = 0
        self.quotes = 0
        self.is_blank = True
        self.has_odd_blanks = False
        self.has_outer_spaces = False
        self._last = b"\n"

    def measure(self, path: Path) -> bool:
        """Counts; False as soon as bytes are not UTF-8."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    decoder.decode(chunk)
                    self.add(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
        self.finish()
        return True

    def add(self, chunk: bytes) -> None:
        self.has_outer_spaces = self.has_outer_spaces or _has_outer_spaces(chunk)
        returns = chunk.count(b"\n\r\n") if b"\r" in chunk else 0
        self.lines += chunk.count(b"\n") - chunk.count(b"\n\n") - returns
        self.quotes += chunk.count(b'"')
        self.has_odd_blanks = self.has_odd_blanks or _has_odd_blanks(chunk)
        self.is_blank = self.is_blank and not chunk.strip()
        self._last = chunk[-1:]

    def finish(self) -> None:
        self.lines += self._last != b"\n"


def _has_odd_blanks(chunk: bytes) -> bool:
    return b"\t" in chunk or (not chunk.isascii() and any(blank in chunk for blank in _ODD_BLANKS))


def _has_outer_spaces(chunk: bytes) -> bool:
    """Whether a space stands beside anything that can end a cell (or at the chunk's edge, where that is unknown)."""
    codes = np.frombuffer(chunk, dtype=np.uint8)
    spaces = np.flatnonzero(codes == ord(" "))
    if not len(spaces):
        return False
    if spaces[0] == 0 or spaces[-1] == len(codes) - 1:
        return True
    beside = np.zeros(256, dtype=bool)
    beside[list(b',;\t|"\r\n')] = True
    return bool(beside[codes[spaces - 1]].any() or beside[codes[spaces + 1]].any())


def _transcode(path: Path, skip: int, encoding: str, work: Path) -> Text:
    target = work / f"{path.name}.utf8"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    facts, stray = _Facts(), False
    with path.open("rb") as source, target.open("wb") as plain:
        source.seek(skip)
        while True:
            chunk = source.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            stray = stray or REPLACEMENT in text
            plain.write(encoded := text.encode("utf-8", errors="replace"))
            if encoded:
                facts.add(encoded)
            if not chunk:
                break
    facts.finish()
    return Text(
        target, encoding, stray, facts.lines, facts.quotes, facts.is_blank, facts.has_odd_blanks, facts.has_outer_spaces
    )
