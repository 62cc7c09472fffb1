"""Stations 4 and 5: a candidate version of the marts, its gate, and the pointer that readers follow."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pyarrow.parquet as pq

from orchestration.assets.models import MANIFEST, TRANSLATOR, candidate_descriptions, candidate_tables
from orchestration.context import data_folder, run_day
from orchestration.dbt_verdicts import dbt_requirement, record_dbt_verdicts
from orchestration.gates import check_result, verdict_store
from orchestration.progress import report
from orchestration.second_process import second_process
from outlay.landing import landed_partitions
from outlay.publishing import export_candidate, last_good, newest_candidate, publish
from outlay.quality import required_to_publish, rows_landed
from outlay.quality.mart_gate import gate_marts
from outlay.settings import DataFolder
from outlay.window import built_from

GROUP = "published"
CANDIDATE = dg.AssetKey([GROUP, "candidate"])
PUBLISHED = dg.AssetKey([GROUP, "marts"])
GATE = "marts_pass"


def mart_keys() -> list[dg.AssetKey]:
    nodes = MANIFEST["nodes"].values()
    return [
        TRANSLATOR.get_asset_key(node)
        for node in nodes
        if node["resource_type"] == "model" and node["config"].get("schema") == "marts"
    ]


@dg.multi_asset(
    name="candidate",
    specs=[
        dg.AssetSpec(
            key=CANDIDATE,
            group_name=GROUP,
            deps=mart_keys(),
            description="A copy of the marts under a new version name, not yet served: the very bytes the gate judges.",
            owners=["team:data"],
            kinds={"duckdb", "parquet"},
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            name=GATE,
            asset=CANDIDATE,
            blocking=True,
            description="Great Expectations on the small marts, SQL on the large ones: keys, sets, footing, volumes.",
        )
    ],
)
def candidate(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Export what the warehouse holds and judge it."""
    data, as_of = data_folder(), run_day(context)
    report("exporting the candidate")
    partitions = landed_partitions(data.landing)
    made = export_candidate(
        data.warehouse,
        data.published,
        candidate_tables(),
        as_of=as_of,
        inputs_fingerprint=built_from(data),
        changed_days=_changed_days(data),
        descriptions=candidate_descriptions(),
    )
    record_dbt_verdicts(data, verdict_store(), run_key=as_of.isoformat(), fingerprint=made.fingerprint)
    report("gate on the marts")
    result = second_process().call(
        gate_marts,
        made,
        verdict_store(),
        run_key=as_of.isoformat(),
        previous=last_good(data.published),
        landed_rows=rows_landed(partitions, as_of),
    )
    yield dg.MaterializeResult(
        asset_key=CANDIDATE,
        metadata={
            "version": made.version,
            "folder": dg.MetadataValue.path(made.folder),
            "fingerprint": made.fingerprint,
            "dagster/row_count": sum(entry.rows for entry in made.tables.values()),
        },
    )
    yield check_result(CANDIDATE, GATE, list(result.verdicts))


def _changed_days(data: DataFolder) -> dict[date, list[str]]:
    """Day -> entities that changed on it in this build: the causes that restatements name."""
    days: dict[date, list[str]] = {}
    for row in pq.read_table(data.run_inputs / "changed_days.parquet").to_pylist():
        days.setdefault(row["date_day"], []).append(row["entity"])
    return days


@dg.asset(
    key=PUBLISHED,
    group_name=GROUP,
    deps=[CANDIDATE],
    description="What BI, API and page read: served only with a passed verdict for exactly this data.",
    owners=["team:data"],
    kinds={"duckdb", "parquet"},
    freshness_policy=dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=30), fail_window=timedelta(hours=54)),
)
def published(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Move the pointer to the newest candidate, if every gate let exactly it through."""
    report("publishing")
    data = data_folder()
    made = newest_candidate(data.published)
    needs = required_to_publish(fingerprint=made.fingerprint, inputs_fingerprint=made.inputs_fingerprint)
    version = publish(
        made,
        verdict_store(),
        published=data.published,
        published_at=datetime.now(UTC).replace(microsecond=0),
        requirements=[*needs, dbt_requirement(made.fingerprint)],
    )
    return dg.MaterializeResult(
        metadata={
            "version": version.version,
            "unchanged": version.is_unchanged,
            "database": dg.MetadataValue.path(version.database),
            "parquet": dg.MetadataValue.path(version.parquet),
            "rows": dg.MetadataValue.json({name: entry.rows for name, entry in version.tables.items()}),
        }
    )
