"""Writes the candidate: the marts of the warehouse as sorted Parquet and as a database that any DuckDB 1.x opens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from outlay.durable import PARTIAL, sha256_of
from outlay.publishing.candidate import (
    DATABASE,
    PARQUET,
    SCHEMA,
    Candidate,
    FileFacts,
    TableEntry,
    fingerprint_tables,
)
from outlay.publishing.pointer import VersionDamagedError, read_pointer
from outlay.publishing.restatements import KEY, RESTATEMENTS, write_restatements
from outlay.publishing.versions import (
    highest_sequence,
    last_good,
    parse_name,
    version_name,
    versions_folder,
)

# Published files must open in every client: a newer storage version shuts older ones out.
STORAGE_VERSION = "v1.0.0"
# A column of ids has no use for a dictionary of them.
_WRITTEN = "format parquet, compression zstd, compression_level 1, dictionary_size_limit 1000"
_ALIAS = "outlay_candidate"
_AT_ONCE = 2  # tables written, and as many taken over: one alone leaves a processor idle at its end


class ExportError(Exception):
    """The warehouse does not hold what is to be published; the message names the table and what is there."""


def export_candidate(
    warehouse: duckdb.DuckDBPyConnection | Path,
    published: Path,
    tables: Mapping[str, Sequence[str]],
    *,
    as_of: date,
    inputs_fingerprint: str,
    changed_days: Mapping[date, Sequence[str]] | None = None,
    descriptions: Mapping[str, Mapping[str, str]] | None = None,
    memory_limit: str = "1500MB",
) -> Candidate:
    """Write the tables of the warehouse's schema `marts` under `published/versions/<version>.partial`.

    `tables`: table -> primary key columns, by which its rows are sorted (none: by all columns); equal content gives
    equal bytes, on any number of threads. `restatements` is not read but made here, by comparison with the version
    that is served; `changed_days` (day -> landed entities that changed on it) names their causes. `descriptions`:
    table -> what it ('') and its columns mean, which the database carries as comments. `memory_limit` holds
    for a path; an open connection keeps its own. What earlier runs left unfinished is removed. Raises ExportError.
    """
    previous = last_good(published)
    remove_leftovers(published)
    sequence = highest_sequence(published) + 1
    folder = versions_folder(published) / f"{as_of}-{sequence:06d}{PARTIAL}"
    parquet = folder / PARQUET
    parquet.mkdir(parents=True)
    entries: dict[str, TableEntry] = {}
    with _connected(warehouse, folder, memory_limit) as (connection, catalog):
        with _database(connection, folder, _comments(entries, descriptions or {})) as take_over:
            for name, entry in _exported(connection, catalog, tables, parquet):
                entries[name] = entry
                take_over(name)
            write_restatements(
                connection, previous, parquet, as_of=as_of, sequence=sequence, changed_days=changed_days or {}
            )
            entries[RESTATEMENTS] = _entry(connection, parquet / f"{RESTATEMENTS}.parquet", KEY)
            take_over(RESTATEMENTS)
        last_day = _last_day(connection, parquet, entries, as_of) or as_of
    fingerprint = fingerprint_tables(entries)
    version = version_name(as_of, sequence, fingerprint)
    folder = folder.rename(folder.with_name(version + PARTIAL))
    candidate = Candidate(
        folder=folder,
        version=version,
        sequence=sequence,
        as_of=as_of,
        last_day=last_day,
        fingerprint=fingerprint,
        inputs_fingerprint=inputs_fingerprint,
        tables=entries,
        database_file=_facts(folder / DATABASE),
        published_as_ofs=tuple(sorted({*(previous.content.published_as_ofs if previous else ()), as_of})),
    )
    candidate.write_manifest()
    return candidate


def remove_leftovers(published: Path) -> None:
    """Remove what interrupted runs left: unfinished folders, and whole versions that the pointer never reached."""
    try:
        pointer = read_pointer(published)
        highest = pointer.highest if pointer else 0
    except VersionDamagedError:
        highest = None  # nobody knows what was served: every whole version stays
    folder = versions_folder(published)
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        name = parse_name(path.name)
        if name is None:
            continue
        was_never_served = highest is not None and int(name["sequence"]) > highest
        if name["state"] or was_never_served:
            shutil.rmtree(path)


@contextmanager
def _connected(
    warehouse: duckdb.DuckDBPyConnection | Path, folder: Path, memory_limit: str
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection that reads the warehouse, and the catalogue's name in it."""
    if not isinstance(warehouse, Path):
        row = warehouse.execute("select current_database()").fetchone()
        yield warehouse, str(row[0]) if row else ""
        return
    spill = folder / "spill"
    with duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(spill)}) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{_quoted(warehouse)}' as warehouse (read_only)")
        yield connection, "warehouse"
    if spill.exists():
        shutil.rmtree(spill)


def _exported(
    connection: duckdb.DuckDBPyConnection, catalog: str, tables: Mapping[str, Sequence[str]], parquet: Path
) -> Iterator[tuple[str, TableEntry]]:
    """Every table of the warehouse as its file is written: the largest first, the others beside it."""

    def export(name: str) -> TableEntry:
        with connection.cursor() as cursor:
            return _export_table(cursor, catalog, name, tuple(tables[name]), parquet)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
        writing = {
            threads.submit(export, name): name
            for name in _largest_first(connection, catalog, set(tables) - {RESTATEMENTS})
        }
        for done in as_completed(writing):
            yield writing[done], done.result()


def _largest_first(connection: duckdb.DuckDBPyConnection, catalog: str, names: Set[str]) -> list[str]:
    query = "select table_name, estimated_size from duckdb_tables() where database_name = ? and schema_name = ?"
    sizes = dict(connection.execute(query, [catalog, SCHEMA]).fetchall())
    return sorted(names, key=lambda name: (-sizes.get(name, 0), name))


def _export_table(
    connection: duckdb.DuckDBPyConnection, catalog: str, name: str, primary_key: tuple[str, ...], parquet: Path
) -> TableEntry:
    file = parquet / f"{name}.parquet"
    # Without a key every column takes part, so that the order is still nobody's chance.
    order = ", ".join(f'"{column}" nulls last' for column in primary_key) or "all"
    try:
        connection.execute(
            f'copy (select * from "{catalog}".{SCHEMA}."{name}" order by {order}) to \'{_quoted(file)}\' ({_WRITTEN})'
        )
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ExportError(f"{SCHEMA}.{name} with key {', '.join(primary_key)} cannot be published: {error}") from error
    return _entry(connection, file, primary_key)


def _entry(connection: duckdb.DuckDBPyConnection, file: Path, primary_key: tuple[str, ...]) -> TableEntry:
    source = f"read_parquet('{_quoted(file)}')"
    columns = {row[0]: row[1] for row in connection.execute(f"describe from {source}").fetchall()}
    counted = connection.execute(f"select count(*) from {source}").fetchone()
    return TableEntry(rows=counted[0] if counted else 0, primary_key=primary_key, columns=columns, file=_facts(file))


@contextmanager
def _database(
    connection: duckdb.DuckDBPyConnection, folder: Path, comments: Iterator[str]
) -> Iterator[Callable[[str], None]]:
    """The same tables as a database, filled from the Parquet files: sorted once, and the two cannot differ.

    What is yielded takes a table over once its file is written, in another thread while others are exported.
    """
    connection.execute(f"attach '{_quoted(folder / DATABASE)}' as {_ALIAS} (storage_version '{STORAGE_VERSION}')")
    try:
        connection.execute(f"create schema {_ALIAS}.{SCHEMA}")
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
            taken = []

            def fill(name: str) -> None:
                file = _quoted(folder / PARQUET / f"{name}.parquet")
                with connection.cursor() as cursor:
                    cursor.execute(f"create table {_ALIAS}.{SCHEMA}.\"{name}\" as from read_parquet('{file}')")

            def take_over(name: str) -> None:
                taken.append(threads.submit(fill, name))

            yield take_over
            for one in taken:
                one.result()
        for statement in comments:
            connection.execute(statement)
        connection.execute(f"checkpoint {_ALIAS}")
    finally:
        connection.execute(f"detach {_ALIAS}")


def _comments(entries: Mapping[str, TableEntry], descriptions: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What tables and columns mean, for whoever browses the database. To be asked once the tables stand."""
    for table, entry in entries.items():
        for column, text in descriptions.get(table, {}).items():
            if column and column not in entry.columns:
                continue
            target = (
                f'column {_ALIAS}.{SCHEMA}."{table}"."{column}"' if column else f'table {_ALIAS}.{SCHEMA}."{table}"'
            )
            if text:
                yield f"comment on {target} is '" + text.strip().replace("'", "''") + "'"


def _last_day(
    connection: duckdb.DuckDBPyConnection, parquet: Path, entries: Mapping[str, TableEntry], as_of: date
) -> date | None:
    """The last day up to `as_of` with spend or attributed revenue; None where there is neither."""
    days = []
    for name in ("spend_daily", "attributed_revenue_daily"):
        if name in entries and "date_day" in entries[name].columns:
            file = _quoted(parquet / f"{name}.parquet")
            row = connection.execute(
                f"select max(date_day) from read_parquet('{file}') where date_day <= ?", [as_of]
            ).fetchone()
            days += [row[0]] if row and row[0] else []
    return max(days, default=None)


def _facts(file: Path) -> FileFacts:
    return FileFacts(bytes=file.stat().st_size, sha256=sha256_of(file))


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")
