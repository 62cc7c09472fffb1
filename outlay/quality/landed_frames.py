"""What a landed partition holds, measured by one DuckDB query a source over the files that are to be judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb

from outlay.entities import ENTITIES, Entity
from outlay.quality.expectations import Frame, frame_from
from outlay.quality.landed_suite import ONE_CURRENCY, row_rules
from outlay.quality.rules import Rule
from outlay.quality.verdicts import LandedPartition, partition_subject

# Rows that one query sorts at a time: finding the winner of each key must not need the memory of a whole history.
ROWS_A_QUERY = 2_000_000

_LINEAGE = ("source_file", "source_row")

FileOf = Callable[[LandedPartition], Path]


@dataclass(frozen=True)
class Control:
    """One partition as it was measured. Amounts in major units of the document currency."""

    partition: LandedPartition
    delivered_rows: int = 0
    live_rows: int = 0
    total: Decimal = Decimal(0)
    required_nulls: int = 0
    misdated_rows: int = 0
    lowest_amount: Decimal | None = None
    highest_amount: Decimal | None = None
    currencies: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    broken_rows: int = 0
    doubtful_rows: int = 0

    @property
    def covered_share(self) -> Fraction:
        """The share of the day that the rows reach over, if the delivery ends with a UTC day inside the company's.

        An export of UTC days leaves the company's last day half filled, which is no loss. 1 in every other case.
        """
        if self.first_at is None or self.last_at is None:
            return Fraction(1)
        midnight = datetime.combine(self.last_at.date() + timedelta(days=1), datetime.min.time())
        if midnight - self.last_at > timedelta(hours=1):
            return Fraction(1)
        reach = max(self.last_at - self.first_at, timedelta(hours=1))
        return min(Fraction(1), Fraction(int(reach.total_seconds()), 86_400))

    def as_row(self) -> dict[str, Any]:
        """The control row that Great Expectations sees; amounts as whole ten-thousandths."""
        partition = self.partition
        stated = partition.control_total
        has_surplus = partition.entity in ONE_CURRENCY and self.currencies > 1
        return {
            "subject": partition_subject(partition),
            "fingerprint": partition.fingerprint,
            "live_rows": self.live_rows,
            "row_gap": self.delivered_rows - partition.rows,
            "total_gap": 0 if stated is None else _unscaled(self.total - stated),
            "required_nulls": self.required_nulls,
            "misdated_rows": self.misdated_rows,
            "lowest_amount": _unscaled(self.lowest_amount),
            "highest_amount": _unscaled(self.highest_amount),
            "surplus_currencies": self.currencies - 1 if has_surplus else 0,
            "broken_rows": self.broken_rows,
            "doubtful_rows": self.doubtful_rows,
        }


def control_frame(controls: Sequence[Control]) -> Frame:
    """The control rows of all sources as one frame, identified by their subject."""
    import pandas as pd

    data = pd.DataFrame([control.as_row() for control in controls])
    whole = [name for name in data.columns if name not in ("subject", "fingerprint")]
    scales = {"lowest_amount": 4, "highest_amount": 4, "total_gap": 4}
    return Frame(data.astype(dict.fromkeys(whole, "Int64")), ("subject",), scales)


def measure(
    connection: duckdb.DuckDBPyConnection, partitions: Sequence[LandedPartition], file_of: FileOf, *, is_small: bool
) -> list[Control]:
    """A Control per partition, all of one source, in their order. duckdb.Error when a file cannot be read.

    The rows of a small source are kept for `row_frame`, of a large one SQL counts the breaches of its row rules.
    """
    controls = []
    for part in [partitions] if is_small else _portions(partitions):
        files = {str(file_of(p)): p for p in part if p.rows > 0}
        measured = {}
        if files:
            entity = ENTITIES[part[0].entity]
            parameters: dict[str, object] = {"files": list(files)}
            if is_small:
                connection.execute(f"create or replace temp table live as {live_rows(entity)}", parameters)
                parameters.clear()
            stated = {"judged": list(files), "days": [p.day for p in files.values()]}
            cursor = connection.execute(_control_query(entity, is_small), {**parameters, **stated})
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                values = dict(zip(names, row, strict=True))
                measured[values.pop("file")] = values
        for partition in part:
            found = measured.get(str(file_of(partition)), {})
            controls.append(Control(partition, **{k: v for k, v in found.items() if v is not None}))
    return controls


def row_frame(connection: duckdb.DuckDBPyConnection, entity: Entity) -> Frame:
    """The current rows of the small source measured last: what their rules read, their keys and their origin."""
    wanted = dict.fromkeys([*entity.key, *(c for rule in row_rules(entity.name) for c in rule.columns)])
    columns = ", ".join(f'"{name}"' for name in wanted)
    origin = ("partition_file", "source_file", "source_row")
    query = f"select {columns}, {', '.join(origin)} from live where is_live"
    return frame_from(connection, query, {}, (*entity.key, *origin))


def misdated(entity: Entity, day: str) -> str:
    """A predicate for rows that stand in the wrong day's partition; an instant may be off by its time zone."""
    if entity.day_column is None:
        return "false"
    column = f'"{entity.day_column}"'
    if entity.column(entity.day_column).type == "date":
        return f"{column} <> {day}"
    return f"cast({column} as date) not between {day} - 1 and {day} + 1"


def required_missing(entity: Entity) -> str:
    """A predicate for rows that lack a required value."""
    return " or ".join(f'"{name}" is null' for name in entity.required)


def _control_query(entity: Entity, is_small: bool) -> str:
    rules = () if is_small else row_rules(entity.name)
    live = "" if is_small else f", live as ({live_rows(entity)})"
    amount = f'"{entity.amount}"' if entity.amount else "cast(0 as decimal(18,4))"
    bounded = amount if entity.amount else "cast(null as decimal(18,4))"
    is_timed = entity.day_column is not None and entity.column(entity.day_column).type == "timestamp"
    instant = f'"{entity.day_column}"' if is_timed else "cast(null as timestamp)"
    currency = 'count(distinct "currency")' if "currency" in entity.column_names else "0"
    return f"""
        with judged as (select unnest($judged::varchar[]) as file, unnest($days::date[]) as day){live}
        select
            judged.file,
            count(*) as delivered_rows,
            count(*) filter (where is_live) as live_rows,
            coalesce(sum({amount}), 0) as total,
            count(*) filter (where {required_missing(entity)}) as required_nulls,
            count(*) filter (where {misdated(entity, "judged.day")}) as misdated_rows,
            min({bounded}) as lowest_amount,
            max({bounded}) as highest_amount,
            {currency} as currencies,
            min({instant}) as first_at,
            max({instant}) as last_at,
            {_breaches(rules, "error")} as broken_rows,
            {_breaches(rules, "warn")} as doubtful_rows
        from judged join live on live.partition_file = judged.file
        group by judged.file
    """


def _breaches(rules: Sequence[Rule], severity: str) -> str:
    chosen = [rule.violation() for rule in rules if rule.severity == severity]
    return f"count(*) filter (where is_live and ({' or '.join(chosen)}))" if chosen else "0"


def live_rows(entity: Entity) -> str:
    """A query for the delivered rows of $files; `is_live` marks the winner of each key, as staging will choose it."""
    keys = ", ".join(f'"{name}"' for name in entity.key)
    rules = (column for rule in row_rules(entity.name) for column in rule.columns)
    judged = (entity.amount, entity.day_column, "currency" if "currency" in entity.column_names else None)
    # Every column costs the opening of a chunk in each of many small files: only those that are looked at are read.
    named = dict.fromkeys([*entity.key, *entity.required, *(name for name in judged if name), *rules, *_LINEAGE])
    columns = ", ".join(f'"{name}"' for name in named)
    return f"""
            select {columns}, filename as partition_file, row_number() over (
                partition by filename, {keys}, row_key
                order by source_updated_at desc nulls last, delivery_no desc, source_row desc
            ) = 1 as is_live
            from read_parquet($files, filename = true, hive_partitioning = false)
        """


def _portions(partitions: Sequence[LandedPartition]) -> Iterator[list[LandedPartition]]:
    """Partitions in runs of at most ROWS_A_QUERY rows, never fewer than one partition."""
    portion: list[LandedPartition] = []
    rows = 0
    for partition in partitions:
        if portion and rows + partition.rows > ROWS_A_QUERY:
            yield portion
            portion, rows = [], 0
        portion.append(partition)
        rows += partition.rows
    if portion:
        yield portion


def _unscaled(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount.scaleb(4))


def key_of(partition: LandedPartition) -> tuple[str, str, date | None]:
    """`(source, account, day)`."""
    return partition.source, partition.account, partition.day
