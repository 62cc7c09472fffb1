"""Station 3: staging, intermediate and marts, built by dbt inside this process; its tests are asset checks."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration import dbt
from orchestration.assets.landing import current_window
from orchestration.context import data_folder, run_day, wants_full_refresh
from orchestration.dbt_verdicts import remember_tests
from orchestration.second_process import second_process
from outlay.landing import keep_forecasts, landed_partitions
from outlay.settings import DataFolder
from outlay.window import remember_built

# The column whose sum is shown beside the row count of a mart, so that a jump is seen as a plot.
SUMMED = {
    "spend_daily": "amount",
    "budget_variances": "actual_amount",
    "touch_credits": "revenue_amount",
    "attributed_revenue_daily": "revenue_amount",
    "commitments": "open_amount_home",
    "reconciliation_summaries": "unexplained_amount",
    "savings_opportunities": "claimable_amount",
}
FAILING_ROWS_SHOWN = 20


class Translator(DagsterDbtTranslator):
    """Asset key = table name under its corridor station; group = station."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([_station(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return _station(dbt_resource_props)

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props.get("description") or dbt_resource_props["name"]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return [_owner(dbt_resource_props)]

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> dict[str, str]:
        folders = dbt_resource_props["fqn"][1:-1]
        return {"area": folders[1]} if len(folders) > 1 else {}


def _station(props: Mapping[str, Any]) -> str:
    return str(props.get("config", {}).get("schema") or props["fqn"][1])


def _owner(props: Mapping[str, Any]) -> str:
    meta = props.get("meta") or props.get("config", {}).get("meta") or {}
    return f"team:{meta.get('owner', 'data')}".replace("team:team:", "team:")


TRANSLATOR = Translator(
    settings=DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=True)
)
MANIFEST = dbt.read_manifest()


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR, name="warehouse")
def warehouse(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Build the window's days and test them; a failed test stops the run and names its rows."""
    data, as_of = data_folder(), run_day(context)
    window = current_window(as_of, landed_partitions(data.landing), full_refresh=wants_full_refresh(context))
    select = [] if not context.is_subset else [key.path[-1] for key in context.selected_asset_keys]
    nodes = [node for node in MANIFEST["nodes"].values() if node["resource_type"] in ("model", "test")]
    results = second_process().call(dbt.build, data, select=select, full_refresh=window.is_full, nodes=len(nodes))
    yield from _events(results, data)
    remember_tests(data, results, complete=not context.is_subset)
    failed = [result for result in results if not result.ok and result.status != "skipped"]
    if failed:
        raise dg.Failure(description="\n".join(_explain(result, data) for result in failed[:10]), allow_retries=False)
    if not context.is_subset:
        keep_forecasts(data.warehouse, data.forecasts, as_of=as_of)
        remember_built(window, data)


def _events(results: list[dbt.NodeResult], data: DataFolder) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    facts = _table_facts(data)
    for result in results:
        if result.resource_type == "model" and result.ok:
            node = MANIFEST["nodes"][result.unique_id]
            metadata = {"seconds": result.seconds, **facts.get(result.name, {})}
            yield dg.MaterializeResult(asset_key=TRANSLATOR.get_asset_key(node), metadata=metadata)
    for result in results:
        if result.resource_type != "test" or result.status == "skipped":
            continue
        key = get_asset_check_key_for_test(MANIFEST, TRANSLATOR, result.unique_id, project=None)
        if key is None:
            continue
        severity = MANIFEST["nodes"][result.unique_id]["config"]["severity"].lower()
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=result.status == "pass",
            severity=dg.AssetCheckSeverity.WARN if severity == "warn" else dg.AssetCheckSeverity.ERROR,
            metadata=_check_metadata(result, data),
        )


def _check_metadata(result: dbt.NodeResult, data: DataFolder) -> dict[str, Any]:
    metadata: dict[str, Any] = {"failing_rows": result.failures or 0, "seconds": result.seconds}
    if result.status != "pass" and result.sql:
        rows = failing_rows(result, data)
        if rows:
            columns = [dg.TableColumn(name) for name in rows[0]]
            records = [dg.TableRecord({name: str(value) for name, value in row.items()}) for row in rows]
            metadata["rows"] = dg.MetadataValue.table(records, dg.TableSchema(columns=columns))
        else:
            metadata["message"] = result.message
    return metadata


def failing_rows(result: dbt.NodeResult, data: DataFolder) -> list[dict[str, Any]]:
    """Up to 20 rows that a test's query returns; none if the query itself does not run."""
    with duckdb.connect(str(data.warehouse), read_only=True) as connection:
        try:
            cursor = connection.execute(f"select * from ({result.sql}) limit {FAILING_ROWS_SHOWN}")
        except duckdb.Error as error:
            return [{"error": str(error).splitlines()[0]}]
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _explain(result: dbt.NodeResult, data: DataFolder) -> str:
    lines = [f"{result.resource_type} {result.name}: {result.message or result.status}"]
    if result.resource_type == "test" and result.sql:
        lines += [f"    {row}" for row in failing_rows(result, data)[:5]]
    return "\n".join(lines)


def _table_facts(data: DataFolder) -> dict[str, dict[str, Any]]:
    """Row counts of every table, and the sums people watch, read in one connection."""
    with duckdb.connect(str(data.warehouse), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name, estimated_size from duckdb_tables()").fetchall()
        facts: dict[str, dict[str, Any]] = {
            table: {"dagster/row_count": rows, "dagster/table_name": f"{schema}.{table}"}
            for schema, table, rows in tables
        }
        for table, column in SUMMED.items():
            if table in facts:
                total = connection.execute(f"select sum({column}) from marts.{table}").fetchone()
                facts[table][f"sum_{column}"] = float(total[0] or 0) if total else 0.0
    return facts


def candidate_tables() -> dict[str, list[str]]:
    """Every mart with its primary key: what its test asks, or `meta.primary_key` where another test does."""
    tested = {
        node["attached_node"]: node["test_metadata"]["kwargs"]["columns"]
        for node in MANIFEST["nodes"].values()
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "primary_key"
    }
    tables: dict[str, list[str]] = {}
    for unique_id, node in MANIFEST["nodes"].items():
        if node["resource_type"] == "model" and _station(node) == "marts":
            key = tested.get(unique_id) or node["config"]["meta"].get("primary_key")
            if not key:
                raise dbt.DbtError(f"{node['original_file_path']}: {node['name']} declares no primary_key")
            tables[node["name"]] = [column.strip('"') for column in key]
    return tables


def candidate_descriptions() -> dict[str, dict[str, str]]:
    """What the YAML says of every mart, under '', and of its columns, under their names."""
    return {
        node["name"]: {
            "": node["description"],
            **{name: column["description"] for name, column in node["columns"].items()},
        }
        for node in MANIFEST["nodes"].values()
        if node["resource_type"] == "model" and _station(node) == "marts"
    }
