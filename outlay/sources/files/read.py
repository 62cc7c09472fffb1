"""Reads whatever a member of a delivered file is as a table of text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from outlay.company import SourceSection
from outlay.sources.files.archives import Member
from outlay.sources.files.beancount import read_beancount
from outlay.sources.files.delimited import read_delimited
from outlay.sources.files.excel import read_excel
from outlay.sources.files.jsonlines import read_json
from outlay.sources.files.parquet import read_parquet
from outlay.sources.files.tables import Table

_FORMATS = {
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".beancount": "beancount",
    ".bean": "beancount",
}


def form_of(extension: str) -> str:
    """What a file of this extension (lower case, with its dot) holds, where the source does not say."""
    return _FORMATS.get(extension, "csv")


def read_member(
    member: Member,
    section: SourceSection,
    wanted: Sequence[Sequence[str]],
    connection: duckdb.DuckDBPyConnection,
    work: Path,
) -> Table | None:
    """The table that `member` holds, None when it is empty. Raises UnreadableError for broken bytes.

    `wanted` are the accepted headings of the columns that must be found, by which a heading line is recognised.
    """
    path, name = member.path, member.name
    if path.stat().st_size == 0:
        return None
    form = section.format if section.format != "auto" else form_of(member.extension)
    if form == "excel":
        return read_excel(path, name, wanted, section.sheet, section.decimal, work)
    if form == "jsonl":
        return read_json(path, name, section.encoding, section.decimal, work)
    if form == "parquet":
        return read_parquet(path, name, section.decimal, connection)
    if form == "beancount":
        return read_beancount(path, name, section.encoding, section.decimal, work)
    return read_delimited(path, name, wanted, section.encoding, section.delimiter, work)
