"""Station 2: the landed tables that SQL reads, and what a run hands to SQL beside them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import dagster as dg

from orchestration import dbt
from orchestration.assets.sources import source_key
from orchestration.context import company, data_folder, run_day, wants_full_refresh
from orchestration.gates import verdict_store
from orchestration.progress import report
from orchestration.second_process import second_process
from outlay.entities import ENTITIES, Entity
from outlay.landing import Partition, landed_partitions, write_quarantine
from outlay.run_inputs import SCHEMAS, write_company_inputs, write_table
from outlay.window import Window, find_window

GROUP = "landing"
RUN_TABLES = {
    "company_settings": "What company.toml sets, one row.",
    "match_rules": "How a campaign, account or vendor becomes a channel or department.",
    "account_rules": "What a ledger account means to marketing.",
    "spend_limits": "What recommendations may propose, by channel and group of channels.",
    "fiscal_calendar": "The company's fiscal periods, quarters and years.",
    "trade_days": "Days on which advertisers spend as on no other.",
    "period_aliases": "Every name by which a budget line may call a period.",
    "changed_days": "The days this run rebuilds, by entity.",
    "landed_partitions": "Rows and control total of every landed partition.",
    "quarantined_rows": "Rows that could not be used, with file, row and reason.",
    "quality_verdicts": "The gates' verdicts on the landed partitions.",
}


def landed_key(entity: str) -> dg.AssetKey:
    return dg.AssetKey([GROUP, entity])


def _entity_spec(entity: Entity) -> dg.AssetSpec:
    sources = [source.name for source in company().sources.values() if source.entity == entity.name]
    described = f"delivered by {', '.join(sources)}" if sources else "no source delivers it, so it is empty"
    return dg.AssetSpec(
        key=landed_key(entity.name),
        group_name=GROUP,
        description=f"{entity.name}, one row per {' × '.join(entity.key)} and delivery: {described}.",
        owners=["team:data"],
        kinds={"parquet"},
        deps=[source_key(name) for name in sources],
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[dg.TableColumn(column.name, column.storage_type) for column in entity.columns]
            )
        },
    )


def _run_spec(name: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=dg.AssetKey(["run", name]),
        group_name=GROUP,
        description=RUN_TABLES[name],
        owners=["team:data"],
        kinds={"parquet"},
        deps=[landed_key(entity) for entity in ENTITIES] if name == "changed_days" else [],
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[dg.TableColumn(item.name, str(item.type)) for item in SCHEMAS[name]]
            )
        },
    )


@dg.multi_asset(
    name="landed_tables",
    specs=[*(_entity_spec(entity) for entity in ENTITIES.values()), *(_run_spec(name) for name in RUN_TABLES)],
)
def landed_tables(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Find the days to rebuild and write the inputs of this run."""
    report("finding what changed")
    second_process().begin(dbt.prepare_build)
    as_of = run_day(context)
    partitions = landed_partitions(data_folder().landing)
    window = current_window(as_of, partitions, full_refresh=wants_full_refresh(context))
    context.log.info(window.describe())
    report(window.describe())
    written = _write_inputs(window, partitions)
    for entity in ENTITIES.values():
        yield dg.MaterializeResult(
            asset_key=landed_key(entity.name), metadata=_landed_metadata(entity.name, partitions, as_of, window)
        )
    for name in RUN_TABLES:
        metadata = {"dagster/row_count": written[name]} if name in written else {}
        if name == "changed_days":
            metadata["window"] = window.describe()
        yield dg.MaterializeResult(asset_key=dg.AssetKey(["run", name]), metadata=metadata)


def current_window(as_of: date, partitions: list[Partition], *, full_refresh: bool = False) -> Window:
    return find_window(company(), data_folder(), partitions, as_of=as_of, full_refresh=full_refresh)


def _write_inputs(window: Window, partitions: list[Partition]) -> dict[str, int]:
    data = data_folder()
    folder = data.run_inputs
    first_day = min((p.day for p in partitions if p.day is not None), default=None)
    write_company_inputs(company(), folder, as_of=window.as_of, first_day=first_day)
    changed = window.rows()
    visible = [vars(p) for p in partitions if p.day is None or p.day <= window.as_of]
    # What a gate refused is of data that was replaced since, or nothing would be built: readers never see that.
    verdicts = [vars(verdict) for verdict in verdict_store().latest() if verdict.is_accepted]
    write_table(folder, "changed_days", changed)
    write_table(folder, "landed_partitions", visible)
    write_table(folder, "quality_verdicts", verdicts)
    quarantined = write_quarantine(data.landing, window.as_of, folder / "quarantined_rows.parquet")
    return {
        "changed_days": len(changed),
        "landed_partitions": len(visible),
        "quality_verdicts": len(verdicts),
        "quarantined_rows": quarantined,
    }


def _landed_metadata(
    entity: str, partitions: list[Partition], as_of: date, window: Window
) -> dict[str, dg.MetadataValue]:
    mine = [p for p in partitions if p.entity == entity and (p.day is None or p.day <= as_of)]
    total = sum((p.control_total for p in mine if p.control_total is not None), Decimal(0))
    return {
        "dagster/row_count": dg.MetadataValue.int(sum(p.rows for p in mine)),
        "control_total": dg.MetadataValue.float(float(total)),
        "days_changed": dg.MetadataValue.int(len(window.changed.get(entity, ()))),
    }
