"""The plain form that odd files are rewritten to: numbered records of text cells in Parquet, with their flaws.

Only files that DuckDB cannot parse as they are come here: title lines between quotes, ragged rows, stray bytes,
workbooks, JSON. Streaming, in batches.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from outlay.sources.files.columns import json_names
from outlay.sources.files.sql import BLANKS

LONGEST_CELL = 1 << 20
_BATCH = 20_000
_SHOWN_CELL = 1_000


@dataclass(frozen=True)
class Record:
    """One record behind the heading, counted from 1. `flaw` says why its cells cannot be trusted."""

    number: int
    cells: Sequence[str | None]
    flaw: str | None = None


def write_records(records: Iterable[Record], headings: tuple[str, ...], path: Path) -> None:
    """Writes `records` as Parquet: _row, _flaw, _raw (flawed rows: JSON heading -> text), c0, c1, …"""
    width = len(headings)
    schema = pa.schema(
        [("_row", pa.int64()), ("_flaw", pa.string()), ("_raw", pa.string())]
        + [(f"c{at}", pa.string()) for at in range(width)]
    )
    names = json_names(headings)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        batch: list[tuple[str | int | None, ...]] = []
        for record in records:
            batch.append(_row(record, names))
            if len(batch) >= _BATCH:
                writer.write_table(_table(batch, schema))
                batch.clear()
        writer.write_table(_table(batch, schema))


def _table(batch: list[tuple[str | int | None, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*batch, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)], schema=schema)


def _row(record: Record, names: list[str]) -> tuple[str | int | None, ...]:
    cells = [cell.strip(BLANKS) or None if cell else None for cell in record.cells]
    flaw = record.flaw or _long_cell(cells, names)
    raw = _raw(cells, names) if flaw else None
    kept = [_cut(cell) if flaw else cell for cell in cells[: len(names)]]
    kept += [None] * (len(names) - len(kept))
    return (record.number, flaw, raw, *kept)


def _long_cell(cells: Sequence[str | None], names: list[str]) -> str | None:
    for at, cell in enumerate(cells):
        if cell and len(cell) > LONGEST_CELL:
            return f"{names[at]} holds {len(cell):,} characters; at most {LONGEST_CELL:,} are read"
    return None


def _raw(cells: Sequence[str | None], names: list[str]) -> str:
    shown = {name: _cut(cell) for name, cell in zip(names, cells, strict=False)}
    shown |= {f"column {at + 1}": _cut(cell) for at, cell in enumerate(cells) if at >= len(names)}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _cut(cell: str | None) -> str | None:
    return cell if cell is None or len(cell) <= _SHOWN_CELL else cell[:_SHOWN_CELL] + "…"
