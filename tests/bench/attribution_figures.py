"""Rounds of the floor and of each kind of model over the same Parquet, in one process: medians of ratios, peak memory.

The floor and what is measured are materialised in the same place: in the warehouse's file, as a run does, or in memory.
Whatever needs the touches that count, or the paths made of them, pays for them.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from outlay.company.sections import RULE_MODELS
from outlay.decisions.attribution import markov, shapley
from tests.support.journeys import CHANNELS

ROUNDS = 5
MEMORY = 1.5  # GB
RULES, CREDITS = "six rule models to campaigns", "six rule models, each touch to the cent"
GOALS = {RULES: 1.0, CREDITS: 1.4, "markov, 12 channels": 1.7, "markov, 60 campaigns": 1.7, "shapley, 12 channels": 0.5}
BEFORE = {RULES: ("counted", "pathed"), CREDITS: ("counted", "pathed")}  # the others need `counted` alone
_RULES = ", ".join(f"'{model}'" for model in RULE_MODELS)


def main(folder: Path, touches: int, place: str) -> None:
    """Print each ratio beside its goal. `place`: `file` or `memory`."""
    sql = json.loads((folder / "models.json").read_text(encoding="utf-8"))
    connection = open_tables(folder, place)

    def make(table: str, query: str) -> Callable[[], object]:
        return lambda: connection.execute(f"create or replace table {table} as {query}")

    numbered = "row_number() over (partition by user_id order by touched_at) as place"
    steps: dict[str, Callable[[], object]] = {
        "floor": make("floor", f"select *, {numbered} from read_parquet('{folder / 'touchpoints.parquet'}')"),
        "counted": make("intermediate.int_touches_counted", sql["int_touches_counted"]),
        "pathed": make("intermediate.int_touches_pathed", sql["int_touches_pathed"]),
        RULES: make("campaigns", _CAMPAIGNS),
        CREDITS: make("credits", f"from ({sql['touch_credits']}) where model in ({_RULES})"),
        "markov, 12 channels": lambda: _chain(connection, "channel", 12),
        "markov, 60 campaigns": lambda: _chain(connection, "campaign", 60),
        "shapley, 12 channels": lambda: _coalitions(connection),
    }
    rounds = [{name: _seconds(step) for name, step in steps.items()} for _ in range(ROUNDS)]
    _print(touches, place, rounds, _cents_off(connection))


def open_tables(folder: Path, place: str) -> duckdb.DuckDBPyConnection:
    """The built warehouse, in its file or copied into memory."""
    built = folder / "warehouse" / "warehouse.duckdb"
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB", "temp_directory": str(folder / "spill")})
    if place == "file":
        connection.execute(f"attach '{built}' as warehouse; use warehouse")
    else:
        connection.execute(f"attach '{built}' as built (read_only); attach ':memory:' as warehouse")
        connection.execute("copy from database built to warehouse; detach built; use warehouse")
    return connection


_CAMPAIGNS = f"""
    select weights.model, paths.campaign_id, sum(weights.weight / weights.total_weight) as conversions,
        sum(conversions.revenue_amount * (weights.weight / weights.total_weight)) as revenue
    from intermediate.int_touches_weighted as weights
    inner join intermediate.int_touches_pathed as paths using (conversion_id, touch_number)
    inner join intermediate.int_conversions_valued as conversions using (conversion_id)
    where weights.model in ({_RULES})
    group by all"""


def _chain(connection: duckdb.DuckDBPyConnection, level: str, members: int) -> None:
    moves = connection.execute(
        f"""
        select newer_member as from_1, next_member as "to", sum(journeys) as transitions
        from intermediate.int_journeys_counted where statistic = '{level}' group by all order by all"""
    ).df()
    found = markov(moves, order=1)
    if len(found) != members:
        raise AssertionError(f"{len(found)} members, expected {members}")


def _coalitions(connection: duckdb.DuckDBPyConnection) -> None:
    counted = connection.execute("from intermediate.int_journeys_counted where statistic = 'set'").df()
    shapley(counted, sorted(CHANNELS))


def _cents_off(connection: duckdb.DuckDBPyConnection) -> int:
    """Conversions and models whose credits do not sum to the revenue."""
    found = connection.execute(
        """
        select count(*) from (
            select conversion_id, model, sum(credits.revenue_amount) as credited from credits group by all
        ) as sums
        inner join intermediate.int_conversions_valued as conversions using (conversion_id)
        where sums.credited <> conversions.revenue_amount"""
    ).fetchone()
    return int(found[0]) if found else -1


def _seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _print(touches: int, place: str, rounds: list[dict[str, float]], cents_off: int) -> None:
    floor = statistics.median(one["floor"] for one in rounds)
    print(f"attribution: {touches:,} touches, tables in {place}: floor {floor:.2f} s, median of {ROUNDS}")
    for name, goal in GOALS.items():
        needed = (*BEFORE.get(name, ("counted",)), name)
        ratios = sorted(sum(one[step] for step in needed) / one["floor"] for one in rounds)
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        print(f"attribution: {name:40} {statistics.median(ratios):5.2f} x the floor ({spread}; goal {goal})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(f"attribution: credits that do not sum to their revenue: {cents_off}; peak {peak:.2f} GB (goal {MEMORY})")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
