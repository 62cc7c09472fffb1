"""What was published and is different now: was, is, since when it had been public, and why as far as it is known.

A figure counts as published when its day lay within an earlier published run date; a row that was not there then was
published as nothing. The table is a history: each version carries its predecessor's rows and adds its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from outlay.company.sections import FITTED_MODELS
from outlay.publishing.versions import PublishedVersion

RESTATEMENTS = "restatements"
KEY = ("version_no", "table_name", "key", "column_name")

# More changes than these in one table are told by day: whoever reads them one by one would not.
MAX_CHANGES = 100_000

COLUMNS: dict[str, str] = {
    "table_name": "VARCHAR",
    "key": "VARCHAR",  # column=value|column=value, in the order of the figure's keys
    "column_name": "VARCHAR",
    "was": "DECIMAL(18,2)",  # NULL: there was no row
    "is_now": "DECIMAL(18,2)",  # NULL: there is no row any more
    "cause": "VARCHAR",
    "first_published_at": "DATE",  # the run date that first covered the figure's day
    "restated_at": "DATE",  # the run date of the version that changed it
    "version_no": "BIGINT",  # the sequence of that version
}


@dataclass(frozen=True)
class Figure:
    """Amounts of one mart that stand once they are published, summed by `keys`. `day` says when one was due."""

    table: str
    keys: tuple[str, ...]
    amounts: tuple[str, ...]
    day: str = "date_day"
    finality: str = "null"
    # A relation joined to the table, for what decides whether a row counts; `where` reads it. {until} is the last day
    # that both versions speak about.
    joined: str = ""
    where: str = "true"
    needs: tuple[str, ...] = ()
    # A column in which new values are no restatement: another attribution model is an addition.
    stable: str = ""


FIGURES: tuple[Figure, ...] = (
    Figure(
        "spend_daily",
        keys=("date_day", "campaign_id"),
        amounts=("amount",),
        finality="string_agg(distinct finality, '+' order by finality)",
    ),
    Figure(
        "attributed_revenue_daily",
        keys=("date_day", "channel", "model"),
        amounts=("revenue_amount", "refunded_amount"),
        # What a fitted model says of a period moves with every day of it, and stands once the period has ended.
        joined="left join (select start_date, end_date from {fiscal_periods} where period_kind = 'period') "
        "on date_day between start_date and end_date",
        where=f"(model not in {FITTED_MODELS} or end_date <= date '{{until}}')",
        needs=("fiscal_periods",),
        stable="model",
    ),
    Figure(
        "budget_variances",
        keys=("period_kind", "period_id", "version_id", "department_id", "channel", "spend_category"),
        amounts=("actual_amount",),
        day="end_date",
        joined="join (select distinct period_id, end_date, status from {fiscal_periods}) using (period_id)",
        where="status = 'closed'",
        needs=("fiscal_periods",),
    ),
)


def write_restatements(
    connection: duckdb.DuckDBPyConnection,
    previous: PublishedVersion | None,
    parquet: Path,
    *,
    as_of: date,
    sequence: int,
    changed_days: Mapping[date, Sequence[str]],
) -> Path:
    """Write `restatements.parquet` into the candidate's folder `parquet`: the predecessor's rows and the new ones.

    `changed_days`: day -> landed entities whose content changed on it, which names the cause.
    """
    declared = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in COLUMNS.items())
    parts = [f"select {declared} where false"]
    if previous is not None:
        before = previous.parquet / f"{RESTATEMENTS}.parquet"
        if RESTATEMENTS in previous.tables:
            parts.append(f"select {', '.join(COLUMNS)} from read_parquet('{_quoted(before)}')")
        connection.execute("create or replace temp table changed_days_known (date_day date, entities varchar)")
        known = [(day, ", ".join(sorted(entities))) for day, entities in sorted(changed_days.items())]
        if known:
            connection.executemany("insert into changed_days_known values (?, ?)", known)
        for number, figure in enumerate(FIGURES):
            if _is_comparable(figure, previous, parquet):
                _compare(connection, figure, f"changes_{number}", previous, parquet, as_of=as_of, sequence=sequence)
                parts.append(f"select {', '.join(COLUMNS)} from changes_{number}")
    target = parquet / f"{RESTATEMENTS}.parquet"
    order = ", ".join(f"{column} nulls last" for column in KEY)
    connection.execute(
        f"copy ({' union all '.join(parts)} order by {order}) to '{_quoted(target)}' (format parquet, compression zstd)"
    )
    return target


def _is_comparable(figure: Figure, previous: PublishedVersion, parquet: Path) -> bool:
    names = (figure.table, *figure.needs)
    return all(name in previous.tables and (parquet / f"{name}.parquet").exists() for name in names)


def _compare(
    connection: duckdb.DuckDBPyConnection,
    figure: Figure,
    result: str,
    previous: PublishedVersion,
    parquet: Path,
    *,
    as_of: date,
    sequence: int,
) -> None:
    """Create the temporary table `result` with one row a changed amount, or one a day where there are too many."""
    until = min(as_of, previous.as_of)  # later days were not published, or are not looked at by this run
    connection.execute(f"create or replace temp table days_apart as {_days_apart(figure, previous.parquet, parquet)}")
    was = _summed(figure, previous.parquet, previous.parquet, until)
    now = _summed(figure, parquet, previous.parquet, until)
    as_ofs = ", ".join(f"date '{day}'" for day in sorted(previous.content.published_as_ofs))
    amounts = " union all ".join(
        f"select key, day, '{name}' as column_name, was.{name} as was, now.{name} as is_now,"
        " was.finality as was_final, now.finality as now_final from was full join now using (key, day)"
        f" where coalesce(was.{name}, 0) <> coalesce(now.{name}, 0)"
        for name in figure.amounts
    )
    connection.execute(
        f"""
        create or replace temp table {result} as
        with was as ({was}), now as ({now}), changes as ({amounts})
        select
            '{figure.table}' as table_name, key, column_name, was, is_now,
            case
                when was is null then 'late'
                when is_now is null then 'withdrawn'
                when was_final <> now_final then 'finality ' || was_final || ' to ' || now_final
                else 'restated'
            end || coalesce(': ' || entities, '') as cause,
            list_min(list_filter([{as_ofs}], lambda published: published >= day)) as first_published_at,
            date '{as_of}' as restated_at, cast({sequence} as bigint) as version_no, day
        from changes left join changed_days_known on date_day = day
        """
    )
    counted = connection.execute(f"select count(*) from {result}").fetchone()
    if counted and counted[0] > MAX_CHANGES:
        connection.execute(
            f"""
            create or replace temp table {result} as
            select
                table_name, 'day=' || day as key, column_name, sum(was)::decimal(18, 2) as was,
                sum(is_now)::decimal(18, 2) as is_now, 'many: ' || count(*) || ' figures of this day' as cause,
                min(first_published_at) as first_published_at, restated_at, version_no
            from {result} group by all
            """
        )


def _days_apart(figure: Figure, before: Path, after: Path) -> str:
    """The days whose rows are not those published before: all others are passed over, and a day's run costs a day."""
    columns = ", ".join((*figure.keys, *figure.amounts))
    marks = [
        f"select {figure.day} as day, sum(hash({columns})) as mark from {_parquet(folder, figure.table)} "
        f"{figure.joined.format(fiscal_periods=_parquet(before, 'fiscal_periods'))} group by all"
        for folder in (before, after)
    ]
    return (
        f"select day from ({marks[0]}) as was full join ({marks[1]}) as now using (day) "
        "where was.mark is distinct from now.mark"
    )


def _summed(figure: Figure, parquet: Path, previous_parquet: Path, until: date) -> str:
    """The figure's amounts by key, as text, and day. What was closed is decided by what was published."""
    key = " || '|' || ".join(f"'{name}=' || coalesce({name}::varchar, '')" for name in figure.keys)
    sums = ", ".join(f"sum({name})::decimal(18, 2) as {name}" for name in figure.amounts)
    joined = figure.joined.format(fiscal_periods=_parquet(previous_parquet, "fiscal_periods"))
    where = f"{figure.day} <= date '{until}' and {figure.day} in (from days_apart)"
    where += f" and {figure.where.format(until=until)}"
    if figure.stable:
        where += f" and {figure.stable} in (select {figure.stable} from {_parquet(previous_parquet, figure.table)})"
    return (
        f"select {key} as key, {figure.day} as day, {sums}, {figure.finality} as finality "
        f"from {_parquet(parquet, figure.table)} {joined} where {where} group by all"
    )


def _parquet(folder: Path, table: str) -> str:
    return f"read_parquet('{_quoted(folder / f'{table}.parquet')}')"


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")
