"""Typed Parquet, one file a source, account and day, always rewritten whole.

The rows of the touched partitions, those that stand and those that are new, are sorted by DuckDB and written one file
after the other; a file whose bytes stay the same is left alone.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from outlay.durable import swap_in
from outlay.entities import LINEAGE_COLUMNS, Entity
from outlay.landing.folders import NO_SOURCE, partition_file
from outlay.landing.manifest import Manifest, Standing
from outlay.landing.model import Partition, Place
from outlay.sources.base import PARSED_TABLE

# Rows sorted and rewritten together: bounds the memory of a run.
_GROUP_ROWS = 1_000_000
_ARROW_ROWS = 100_000


def storage_columns(entity: Entity) -> dict[str, str]:
    """Column name -> DuckDB type of a landed file, in order."""
    return {column.name: column.storage_type for column in entity.columns} | LINEAGE_COLUMNS


@dataclass
class PartitionWriter:
    """Rewrites partitions of one source. `manifest` is brought up to date in memory, never written here.

    `before` holds the partitions touched in this run as they stood when it began; `waiting` the tables of parsed
    rows that are not in their partitions yet.
    """

    landing: Path
    entity: Entity
    manifest: Manifest
    connection: duckdb.DuckDBPyConnection
    before: dict[Place, Standing | None] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.schema = arrow_schema(self.connection, self.entity)

    def add(self) -> int:
        """Takes PARSED_TABLE over: the next `rewrite` writes its landed rows. Returns how many there are."""
        table = f"waiting_{len(self.waiting)}"
        self.connection.execute(f"alter table {PARSED_TABLE} rename to {table}")
        self.waiting.append(table)
        count = self.connection.execute(f"select count(*) from {table} where _state = 'landed'").fetchall()
        return int(count[0][0])

    def rewrite(self, touched: Iterable[Place], keep: Iterable[int], *, always: bool = False) -> None:
        """Rewrites `touched` from the standing rows of the deliveries `keep` and the waiting ones.

        `always` writes a file also where its bytes are those of the manifest: what lies there cannot be trusted.
        """
        self.connection.execute("create or replace temp table kept_deliveries (delivery_no bigint)")
        _insert(self.connection, "kept_deliveries", {"delivery_no": list(keep)})
        for group in self._groups(sorted(touched, key=lambda place: (place[0], str(place[1] or "")))):
            self._rewrite(group, always)
        for table in self.waiting:
            self.connection.execute(f"drop table {table}")
        self.waiting.clear()

    def changed(self) -> list[Partition]:
        """The partitions that differ from what they were when the run began, by account and day."""
        now = self.manifest.partitions
        places = sorted(self.before, key=lambda place: (place[0], str(place[1] or "")))
        return [
            self.manifest.as_partition(now[place])
            for place in places
            if place in now and ((was := self.before[place]) is None or was.fingerprint != now[place].fingerprint)
        ]

    def _groups(self, places: list[Place]) -> Iterator[list[Place]]:
        """Neighbouring places of at most _GROUP_ROWS rows together, more only for a single large one."""
        rows: dict[Place, int] = {}
        for table in self.waiting:
            counted = f"select _account, _day, count(*) from {table} where _state = 'landed' group by all"
            for account, day, count in self.connection.execute(counted).fetchall():
                rows[account, day] = rows.get((account, day), 0) + count
        group: list[Place] = []
        size = 0
        for place in places:
            standing = self.manifest.partitions.get(place)
            count = rows.get(place, 0) + (standing.rows if standing else 0)
            if group and size + count > _GROUP_ROWS:
                yield group
                group, size = [], 0
            group.append(place)
            size += count
        if group:
            yield group

    def _rewrite(self, group: list[Place], always: bool) -> None:
        files = [partition_file(self.landing, self.entity, self.manifest.source, place) for place in group]
        self.connection.execute(
            "create or replace temp table places (no bigint, account varchar, day date, file varchar)"
        )
        columns: dict[str, list[object]] = {
            "no": list(range(len(group))),
            "account": [account for account, _ in group],
            "day": [day for _, day in group],
            "file": [str(file) for file in files],
        }
        _insert(self.connection, "places", columns)
        standing = [str(file) for file in files if file.exists()]
        written: set[int] = set()
        for number, table in self._tables(standing):
            written.add(number)
            self._write(group[number], files[number], table, always)
        for number, place in enumerate(group):
            if number not in written:
                self._write(place, files[number], self.schema.empty_table(), always)

    def _tables(self, standing: list[str]) -> Iterator[tuple[int, pa.Table]]:
        """Each place's rows in their order; places without a row are left out."""
        pieces: list[pa.RecordBatch] = []
        current: int | None = None
        found = self.connection.execute(self._query(bool(standing)), {"files": standing} if standing else {})
        for batch in found.to_arrow_reader(_ARROW_ROWS):
            places = batch.column(0).to_numpy()
            edges = [0, *(np.flatnonzero(places[1:] != places[:-1]) + 1).tolist(), len(places)]
            for start, end in pairwise(edges):
                if start == end:
                    continue
                if current is not None and places[start] != current:
                    yield current, self._table(pieces)
                    pieces = []
                current = int(places[start])
                pieces.append(batch.slice(start, end - start))
        if current is not None:
            yield current, self._table(pieces)

    def _table(self, pieces: list[pa.RecordBatch]) -> pa.Table:
        return pa.Table.from_batches(pieces).drop_columns(["_place"]).cast(self.schema).combine_chunks()

    def _query(self, has_standing: bool) -> str:
        """SQL for the rows of all `places`, sorted; the last key keeps rows of one record in their order."""
        names = ", ".join(f'"{name}"' for name in storage_columns(self.entity))
        own = ", ".join(f'"{name}"' for name in self.entity.column_names)
        sources = [
            f"select no as _place, {own}, _file as source_file, _row as source_row, _delivery as delivery_no, "
            f"_row_key as row_key, {table}.rowid as _order from {table} join places "
            "on _account = account and _day is not distinct from day where _state = 'landed'"
            for table in self.waiting
        ]
        if has_standing:
            sources.append(
                f"select no as _place, {names}, file_row_number as _order "
                "from read_parquet($files, filename = true, file_row_number = true, hive_partitioning = false) as old "
                "join places on old.filename = places.file "
                "where delivery_no in (select delivery_no from kept_deliveries)"
            )
        if not sources:
            return f"select no as _place, {self._nothing()} from places limit 0"
        rows = " union all ".join(sources)
        return f"select _place, {names} from ({rows}) order by _place, delivery_no, source_row, _order"

    def _nothing(self) -> str:
        return ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in storage_columns(self.entity).items())

    def _write(self, place: Place, file: Path, table: pa.Table, always: bool) -> None:
        standing = self.manifest.partitions.get(place)
        if not table.num_rows and standing is None and not file.exists():
            return
        content = parquet_bytes(table, self.entity.key[0] if len(self.entity.key) == 1 else "")
        fingerprint = hashlib.sha256(content).hexdigest()
        is_same = standing is not None and standing.fingerprint == fingerprint
        old = file.read_bytes() if standing is not None and not is_same and not always and file.exists() else None
        if always or not is_same:
            swap_in(file, content)
        if is_same:
            return
        if standing is not None and old is not None and _same_rows(old, table):
            return
        before = self.before.setdefault(place, standing)
        partition = Partition(
            source=self.manifest.source,
            entity=self.entity.name,
            account=place[0],
            day=place[1],
            rows=table.num_rows,
            control_total=_total(table, self.entity),
            currency=_single_currency(table),
            fingerprint=fingerprint,
        )
        self.manifest.record(partition, before)


def _same_rows(old: bytes, table: pa.Table) -> bool:
    """Whether a partition's file held these very rows in this order, whichever delivery brought them."""
    lineage = [name for name in LINEAGE_COLUMNS if name != "row_key"]
    before = pq.read_table(io.BytesIO(old))
    return bool(before.schema == table.schema and before.drop_columns(lineage).equals(table.drop_columns(lineage)))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, list[object]]) -> None:
    """Fills a small table from lists, one a column."""
    names = ", ".join(f"unnest(${name})" for name in columns)
    connection.execute(f"insert into {table} select {names}", columns)


def _total(table: pa.Table, entity: Entity) -> Decimal | None:
    if entity.amount is None:
        return None
    total: Decimal | None = pc.sum(table.column(entity.amount)).as_py()
    return total


def _single_currency(table: pa.Table) -> str | None:
    if "currency" not in table.column_names:
        return None
    currencies = pc.unique(table.column("currency")).drop_null()
    return currencies[0].as_py() if len(currencies) == 1 else None


def arrow_schema(connection: duckdb.DuckDBPyConnection, entity: Entity) -> pa.Schema:
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in storage_columns(entity).items())
    return connection.execute(f"select {columns} limit 0").to_arrow_table().schema


def parquet_bytes(table: pa.Table, unique: str = "") -> bytes:
    """The same rows give the same bytes. A dictionary of the column `unique` would be as long as the column."""
    buffer = io.BytesIO()
    repeating = [name for name in table.column_names if name not in (unique, "source_row", "source_id")]
    pq.write_table(table, buffer, compression="zstd", store_decimal_as_integer=True, use_dictionary=repeating)
    return buffer.getvalue()


def write_empty(landing: Path, entity: Entity, connection: duckdb.DuckDBPyConnection) -> None:
    """The zero-row file by which the schema of every entity is known before anything is delivered."""
    place: Place = (NO_SOURCE, date(1970, 1, 1) if entity.is_dated else None)
    file = partition_file(landing, entity, NO_SOURCE, place)
    content = parquet_bytes(arrow_schema(connection, entity).empty_table())
    if not file.exists() or file.read_bytes() != content:
        swap_in(file, content)
