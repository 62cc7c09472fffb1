"""Reads the landing zone of a run from files as the staging models do: of each key the row that counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from outlay.entities import ENTITIES, Entity

Row = dict[str, Any]
# As dbt_project/macros/winners.sql orders them.
_LATEST = (
    "source_updated_at desc nulls last, delivery_no desc nulls last, source_row desc nulls last, "
    "source asc nulls last, source_file asc nulls last"
)
_SPEND = """
    select platform, account_id, campaign_id, date_day, sum(spend)::decimal(18, 4) as spend, currency,
        max(campaign_name) as campaign_name, sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks,
        sum(conversions)::decimal(18, 6) as conversions, sum(conversions_value)::decimal(18, 4) as conversions_value,
        max(account_time_zone) as account_time_zone, bool_and(is_final) as is_final
    from winners group by platform, account_id, campaign_id, date_day, currency
"""


def landed_tables(landing: Path) -> dict[str, list[Row]]:
    """Entity -> its rows, by key. Spend finer than a campaign's day is added up."""
    with duckdb.connect(config={"threads": 1}) as connection:
        return {name: _rows(connection, landing, entity) for name, entity in ENTITIES.items()}


def _rows(connection: duckdb.DuckDBPyConnection, landing: Path, entity: Entity) -> list[Row]:
    files = f"{landing}/typed/{entity.name}/**/*.parquet"
    if not any((landing / "typed" / entity.name).rglob("*.parquet")):
        return []
    key = ", ".join((*entity.key, "row_key"))
    connection.execute(
        f"create or replace temp table winners as select * from read_parquet('{files}', hive_partitioning = true, "
        "hive_types = {'source': VARCHAR, 'account': VARCHAR}) "
        f"qualify row_number() over (partition by {key} order by {_LATEST}) = 1"
    )
    columns = ", ".join(f'"{name}"' for name in entity.column_names)
    chosen = _SPEND if entity.name == "platform_spend" else f"select {columns} from winners"
    found = connection.execute(f"{chosen} order by {', '.join(entity.key)}")
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]
