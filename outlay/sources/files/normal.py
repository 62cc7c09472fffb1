"""The plain form that odd files are rewritten to: numbered records of text cells in Parquet, with their flaws.

Only files that DuckDB cannot parse as they are come here: title lines between quotes, ragged rows, stray bytes,
workbooks, JSON. Streaming, in batches.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from outlay.sources.files.cells import json_names
from outlay.sources.quoting import BLANKS

LONGEST_CELL = 1 << 20
_BATCH = 20_000
_SHOWN_CELL = 1_000


class Record(NamedTuple):
    """One record behind the heading, counted from 1. `flaw` says why its cells cannot be trusted."""

    number: int
    cells: Sequence[str | None]
    flaw: str | None = None


def write_records(records: Iterable[Record], headings: tuple[str, ...], path: Path) -> int:
    """Writes `records` as Parquet: _row, _flaw, _raw (flawed rows: JSON heading -> text), c0, c1, …

    Cells are trimmed, empty ones NULL. Returns how many records there are.
    """
    names = json_names(headings)
    schema = pa.schema(
        [("_row", pa.int64()), ("_flaw", pa.string()), ("_raw", pa.string())]
        + [(f"c{at}", pa.string()) for at in range(len(names))]
    )
    count = 0
    iterator = iter(records)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(iterator, _BATCH)):
            writer.write_table(_table(batch, names, schema))
            count += len(batch)
    return count


def _table(batch: list[Record], names: list[str], schema: pa.Schema) -> pa.Table:
    columns = _cells(batch, len(names))
    if any((pc.max(pc.utf8_length(column)).as_py() or 0) > LONGEST_CELL for column in columns):
        batch = [record._replace(flaw=record.flaw or _long_cell(record.cells, names)) for record in batch]
    if any(record.flaw for record in batch):
        shown = [
            record._replace(cells=[_cut(cell) for cell in record.cells]) if record.flaw else record for record in batch
        ]
        columns = _cells(shown, len(names))
    lineage = [
        pa.array([record.number for record in batch], pa.int64()),
        pa.array([record.flaw for record in batch], pa.string()),
        pa.array([_raw(record.cells, names) if record.flaw else None for record in batch], pa.string()),
    ]
    return pa.table([*lineage, *columns], schema=schema)


def _cells(batch: list[Record], width: int) -> list[pa.Array]:
    """One array a heading: cells that are missing are NULL, those beyond the last heading left out."""
    rows = (
        cells if len(cells := record.cells) == width else [*cells[:width], *[None] * (width - len(cells))]
        for record in batch
    )
    return [_trimmed(pa.array(column, pa.string())) for column in zip(*rows, strict=True)]


def _trimmed(column: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim(column, characters=BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _long_cell(cells: Sequence[str | None], names: list[str]) -> str | None:
    for at, cell in enumerate(cells):
        if cell is not None and len(cell) > LONGEST_CELL:
            return f"{names[at]} holds {len(cell):,} characters; at most {LONGEST_CELL:,} are read"
    return None


def _raw(cells: Sequence[str | None], names: list[str]) -> str:
    shown = {name: _cut(cell) for name, cell in zip(names, cells, strict=False)}
    shown |= {f"column {at + 1}": _cut(cell) for at, cell in enumerate(cells) if at >= len(names)}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _cut(cell: str | None) -> str | None:
    return cell if cell is None or len(cell) <= _SHOWN_CELL else cell[:_SHOWN_CELL] + "…"
