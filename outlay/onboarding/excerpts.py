"""A look at the top of a file, whatever it is wrapped in: headings and sample rows, never the whole of a large one."""

from __future__ import annotations

import codecs
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb
from charset_normalizer import from_bytes

from outlay.onboarding.opening import unwrapped
from outlay.onboarding.shapes import is_wordy
from outlay.sources.files.archives import UnreadableError
from outlay.sources.files.beancount import read_beancount
from outlay.sources.files.excel import sheets_of
from outlay.sources.files.headings import LONGEST_PREAMBLE
from outlay.sources.files.jsonlines import read_json
from outlay.sources.files.parquet import read_parquet
from outlay.sources.files.read import form_of
from outlay.sources.files.records import split
from outlay.sources.files.tables import Table
from outlay.sources.quoting import BLANKS, literal

# So many rows of a table are looked at.
MOST_ROWS = 5_000
_DELIMITERS = (",", ";", "\t", "|")
# What files that are not UTF-8 come in. Western European counts unless another one reads better.
_LEGACY = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "shift_jis", "gb18030", "big5", "euc_kr"]
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Excerpt:
    """Headings and sample rows of one table. `file` is the file's name relative to the company folder.

    `path` holds the bytes that were looked at, unwrapped, and `extension` what they are. `is_whole`: nothing was left
    out. `sheet` is set where a workbook has several; `delimiter` and `encoding` are those of delimited text.
    """

    file: str
    path: Path
    extension: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_whole: bool
    encoding: str = "utf-8"
    delimiter: str | None = None
    sheet: str | None = None
    is_typed: bool = False
    is_canonical: bool = False
    preamble: int = 0

    def values(self, heading: str) -> list[str]:
        """The cells under `heading`, trimmed, empty ones left out."""
        at = self.headings.index(heading)
        return [cell for row in self.rows if at < len(row) and (cell := row[at].strip(BLANKS))]


def excerpts(path: Path, file: str, work: Path) -> Iterator[Excerpt]:
    """The tables at the top of `path`; those of an archive one by one. Raises UnreadableError on broken bytes."""
    for number, (extension, target, is_whole) in enumerate(unwrapped(path, file, work)):
        form = form_of(extension)
        with duckdb.connect() as connection:
            if form == "excel":
                yield from _of_workbook(target, file, extension, work)
            elif form == "csv":
                found = _of_text(target, file, extension, is_whole)
                if found:
                    yield found
            else:
                table = _read(form, target, connection, work / f"{target.name}.{number}")
                if table:
                    yield _of_table(table, target, file, extension, is_whole, connection)


# -- reading ---------------------------------------------------------------------------------------------------------


def _of_text(path: Path, file: str, extension: str, is_whole: bool) -> Excerpt | None:
    content = path.read_bytes()
    encoding = _encoding(content)
    text = content.decode(encoding, errors="replace").lstrip("\ufeff")
    if not text.strip():
        return None
    best: tuple[tuple[int, int], str, int, list[list[str]]] | None = None
    for delimiter in _DELIMITERS:
        records = [one.cells for one in islice(split(iter(io.StringIO(text, newline="")), delimiter), 400)]
        at, score = _heading_row(records)
        if best is None or score > best[0]:
            best = score, delimiter, at, records
    assert best is not None
    _, delimiter, at, top = best
    headings = _without_tail(top[at])
    everything = (one.cells for one in split(iter(io.StringIO(text, newline="")), delimiter))
    rows = [tuple(cells) for cells in islice(everything, at + 1, None) if any(cell.strip() for cell in cells)]
    kept = rows if len(rows) <= MOST_ROWS else [*rows[: MOST_ROWS - 100], *rows[-100:]]
    preamble = sum(1 for cells in top[:at] if cells)
    return Excerpt(
        file, path, extension, headings, tuple(kept), is_whole, _declared(encoding), delimiter, preamble=preamble
    )


def _encoding(content: bytes) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if content[:64:2].strip(b"\0") == b"" or content[1:64:2].strip(b"\0") == b"":
        return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(content[: 1 << 18], cp_isolation=_LEGACY).best()
        western = from_bytes(content[: 1 << 18], cp_isolation=["cp1252"]).best()
        if best is None or (western is not None and western.chaos <= best.chaos):
            return "cp1252"
        return best.encoding
    return "utf-8"


def _declared(encoding: str) -> str:
    """The encoding as company.toml states it: a byte-order mark speaks for itself."""
    return "utf-8" if encoding == "utf-8-sig" else "utf-16" if encoding.startswith("utf-16") else encoding


def _heading_row(rows: list[list[str]]) -> tuple[int, tuple[int, int]]:
    """The row that most looks like a heading, and how much a table it heads.

    A heading is words, as many as the rows beneath have cells; titles and filter notes above it are narrower.
    """
    widths = Counter(len(_without_tail(row)) for row in rows if row)
    usual = max(widths, key=lambda width: (widths[width] * min(width, 4), width), default=0)
    best, best_score = 0, (0, 0)
    for at, row in enumerate(rows[:LONGEST_PREAMBLE]):
        cells = [cell.strip(BLANKS) for cell in _without_tail(row)]
        words = sum(is_wordy(cell) for cell in cells)
        if len(cells) < min(usual, 2) or words < len(cells) * 0.6:
            continue
        below = sum(len(other) >= len(cells) > 1 for other in rows[at + 1 : at + 100])
        score = (min(len(cells), usual) * (len(cells) == usual or below > 0) * min(words, usual), below)
        if score[0] > best_score[0]:
            best, best_score = at, score
    return best, best_score


def _without_tail(row: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    cells = tuple(row)
    while len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _of_workbook(path: Path, file: str, extension: str, work: Path) -> Iterator[Excerpt]:
    found = []
    for sheet, rows in sheets_of(path, MOST_ROWS + LONGEST_PREAMBLE):
        at, score = _heading_row(rows)
        if score[0] and rows[at + 1 :]:
            headings = _without_tail(rows[at])
            body = tuple(tuple(row) for row in rows[at + 1 :] if any(cell.strip() for cell in row))
            found.append(
                Excerpt(file, path, extension, headings, body, len(body) < MOST_ROWS, sheet=sheet, is_typed=True)
            )
    yield from found if len(found) > 1 else [replace(one, sheet=None) for one in found]


def _read(form: str, path: Path, connection: duckdb.DuckDBPyConnection, work: Path) -> Table | None:
    work.mkdir(exist_ok=True)
    if form == "parquet":
        part = work / "part.parquet"
        source = literal(str(path))
        try:
            connection.execute(
                f"copy (from read_parquet({source}) limit {MOST_ROWS}) to {literal(str(part))} (format parquet)"
            )
        except duckdb.Error as error:
            raise UnreadableError(f"is not a readable Parquet file ({str(error).splitlines()[0]})") from None
        return read_parquet(part, path.name, ".", connection)
    if form == "beancount":
        return read_beancount(path, path.name, "utf-8", ".", work)
    return read_json(_lines(path, work), path.name, "utf-8", ".", work)


def _lines(path: Path, work: Path) -> Path:
    """A JSON array that was cut has no end: its whole objects, one a line."""
    text = path.read_text(encoding="utf-8", errors="replace").lstrip("\ufeff \r\n\t")
    if not text.startswith("["):
        return path
    decoder, at = json.JSONDecoder(parse_float=str, parse_int=str), 1
    objects: list[str] = []
    while len(objects) < MOST_ROWS:
        while at < len(text) and text[at] in " \r\n\t,":
            at += 1
        try:
            one, at = decoder.raw_decode(text, at)
        except ValueError:
            break
        objects.append(json.dumps(one, ensure_ascii=False))
    target = work / "objects.jsonl"
    target.write_text("\n".join(objects), encoding="utf-8")
    return target


def _of_table(
    table: Table, path: Path, file: str, extension: str, is_whole: bool, connection: duckdb.DuckDBPyConnection
) -> Excerpt:
    cells = ", ".join(f"coalesce(c{at}, '')" for at in range(len(table.headings)))
    rows = connection.execute(f"select {cells} from ({table.sql}) where _flaw is null limit {MOST_ROWS}").fetchall()
    return Excerpt(
        file,
        path,
        extension,
        table.headings,
        tuple(rows),
        is_whole,
        is_typed=True,
        is_canonical=table.headings_are_ours,
    )
