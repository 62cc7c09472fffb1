"""Station 1: every source of company.toml is read into the landing zone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

import dagster as dg

from orchestration.context import FROM_DAY_TAG, company, data_folder, run_day, wants_full_refresh
from orchestration.partitions import daily
from orchestration.progress import report
from outlay.company import SourceSection
from outlay.entities import ENTITIES
from outlay.landing import LandingReport, land, prepare_landing
from outlay.sources import refresh
from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.refresh import RefreshReport

GROUP = "sources"
_RANGE_START_TAG = "dagster/asset_partition_range_start"


def source_key(name: str) -> dg.AssetKey:
    return dg.AssetKey([GROUP, name])


def _spec(source: SourceSection) -> dg.AssetSpec:
    entity = ENTITIES[source.entity]
    origin = source.glob or source.kind
    return dg.AssetSpec(
        key=source_key(source.name),
        group_name=GROUP,
        description=f"{source.entity} as {source.name} delivers it, from `{origin}`: raw kept, typed, one Parquet "
        f"{'a day and account' if entity.is_dated else 'an account'}.",
        owners=["team:data"],
        kinds={"parquet", source.kind if source.kind != "files" else "file"},
        tags={"entity": source.entity},
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[dg.TableColumn(column.name, column.storage_type) for column in entity.columns]
            ),
            "grain": " × ".join(entity.key),
            "restatement_days": _restatement_days(source),
        },
    )


def _restatement_days(source: SourceSection) -> int | str:
    if source.restatement_days is not None:
        return source.restatement_days
    return 0 if source.kind == "files" else "the platform's own"


def _land(context: dg.AssetExecutionContext, sources: Sequence[SourceSection]) -> Iterator[dg.MaterializeResult]:
    data, as_of = data_folder(), run_day(context)
    prepare_landing(data.landing)
    chosen = [source for source in sources if source_key(source.name) in context.selected_asset_keys]
    for done, source in enumerate(chosen):
        fetched = _fetch(context, source, as_of)
        report(f"landing {source.name}", done, len(chosen))
        landed = land(source, company(), data.landing, as_of=as_of, full=wants_full_refresh(context))
        _log_earlier_days(context, source, landed, as_of.isoformat())
        yield dg.MaterializeResult(asset_key=source_key(source.name), metadata=_metadata(landed, fetched))
    report("landing", len(chosen), len(chosen))


def _fetch(context: dg.AssetExecutionContext, source: SourceSection, as_of: date) -> RefreshReport | None:
    """Asks the platform for what is due, before landing looks for it; None for files.

    The client has asked as often as makes sense: a failure here ends the run at once, and says what to do.
    """
    try:
        return refresh(
            source,
            company(),
            data_folder().landing,
            as_of=as_of,
            from_day=_from_day(context),
            full=wants_full_refresh(context),
            progress=lambda name, done, of: report(f"fetching {name}", done, of),
        )
    except FetchError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None


def _from_day(context: dg.AssetExecutionContext) -> date | None:
    """The first day of a range: of `--from`, or of a backfill."""
    stated = context.run.tags.get(FROM_DAY_TAG) or context.run.tags.get(_RANGE_START_TAG)
    return date.fromisoformat(stated) if stated else None


def _log_earlier_days(
    context: dg.AssetExecutionContext, source: SourceSection, landed: LandingReport, run_key: str
) -> None:
    """A run stands for one day; every other day whose content changed gets its own materialization."""
    if not ENTITIES[source.entity].is_dated:
        return
    rows: Counter[str] = Counter()
    for partition in landed.changed:
        if partition.day is not None:
            rows[partition.day.isoformat()] += partition.rows
    for day, count in sorted(rows.items()):
        if day != run_key and daily.has_partition_key(day):
            context.log_event(
                dg.AssetMaterialization(
                    asset_key=source_key(source.name), partition=day, metadata={"dagster/partition_row_count": count}
                )
            )


def _metadata(landed: LandingReport, fetched: RefreshReport | None) -> dict[str, dg.MetadataValue]:
    metadata: dict[str, dg.MetadataValue] = {
        "files_read": dg.MetadataValue.int(landed.files_read),
        "files_unchanged": dg.MetadataValue.int(landed.files_unchanged),
        "rows_read": dg.MetadataValue.int(landed.rows_read),
        "rows_landed": dg.MetadataValue.int(landed.rows_landed),
        "rows_quarantined": dg.MetadataValue.int(landed.rows_quarantined),
        "partitions_changed": dg.MetadataValue.int(len(landed.changed)),
    }
    totals = [partition.control_total for partition in landed.changed if partition.control_total is not None]
    if totals:
        metadata["control_total_changed"] = dg.MetadataValue.float(float(sum(totals)))
    if fetched is not None:
        metadata["slices_fetched"] = dg.MetadataValue.int(len(fetched.fetched))
        metadata["slices_changed"] = dg.MetadataValue.int(len(fetched.changed))
        metadata["answers_kept"] = dg.MetadataValue.int(fetched.pages)
    if landed.problems:
        lines = [f"- {problem.severity}: {problem.message}" for problem in landed.problems[:20]]
        metadata["problems"] = dg.MetadataValue.md("\n".join(lines))
    return metadata


def _group(name: str, sources: Sequence[SourceSection], partitions: dg.PartitionsDefinition | None):
    @dg.multi_asset(
        name=name,
        specs=[_spec(source) for source in sources],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run() if partitions else None,
        can_subset=True,
        retry_policy=dg.RetryPolicy(max_retries=2, delay=5),
    )
    def _assets(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        yield from _land(context, sources)

    return _assets


def source_assets() -> list[dg.AssetsDefinition]:
    """Dated sources are partitioned by day; snapshots (vendors, contracts, budgets ...) have no day of their own."""
    sources = list(company().sources.values())
    dated = [source for source in sources if ENTITIES[source.entity].is_dated]
    snapshots = [source for source in sources if not ENTITIES[source.entity].is_dated]
    groups = [("land_dated_sources", dated, daily), ("land_snapshot_sources", snapshots, None)]
    return [_group(name, members, partitions) for name, members, partitions in groups if members]
