"""The gates as Dagster sees them: one blocking check a source, and one verdict for exactly this content."""

from collections.abc import Iterator

import dagster as dg

from orchestration.assets.sources import source_key
from orchestration.context import company, data_folder, run_day
from orchestration.progress import report
from orchestration.second_process import second_process
from outlay.landing import landed_partitions, landed_problems
from outlay.quality.landed_gate import gate_landed
from outlay.quality.verdict_store import VerdictStore
from outlay.quality.verdicts import Verdict, worst
from outlay.window import inputs_fingerprint

CHECK = "landed_partitions_pass"


def verdict_store() -> VerdictStore:
    return VerdictStore(data_folder().verdicts)


@dg.multi_asset_check(
    name="landed_gate",
    specs=[
        dg.AssetCheckSpec(
            name=CHECK,
            asset=source_key(name),
            blocking=True,
            description="Great Expectations on every partition that has no verdict yet, and what landing refused.",
        )
        for name in company().sources
    ],
)
def landed_gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Judge what landed; a failure stops the run before anything is built."""
    report("gate on what landed")
    data, as_of = data_folder(), run_day(context)
    partitions = landed_partitions(data.landing)
    result = second_process().call(
        gate_landed,
        partitions,
        data.landing,
        verdict_store(),
        run_key=as_of.isoformat(),
        inputs_fingerprint=inputs_fingerprint(partitions, as_of=as_of),
        as_of=as_of,
        problems=landed_problems(data.landing, company().sources),
        volumes_accepted={source.name for source in company().sources.values() if source.accept},
    )
    for name in company().sources:
        mine = [verdict for verdict in result.verdicts if verdict.subject.split("/")[0] == name]
        yield check_result(source_key(name), CHECK, mine)


def check_result(key: dg.AssetKey, name: str, verdicts: list[Verdict]) -> dg.AssetCheckResult:
    """Some verdicts as one Dagster check: passed, warned (does not block) or failed, failing rows as a table."""
    verdict = worst(item.verdict for item in verdicts)
    bad = [item for item in verdicts if item.verdict != "passed"]
    metadata: dict[str, dg.MetadataValue] = {"checks": dg.MetadataValue.int(len(verdicts))}
    if bad:
        metadata["verdicts"] = dg.MetadataValue.md("\n".join(f"- {item.describe()}" for item in bad[:20]))
    # One row may break a rule in its partition's verdict and in that on the whole source.
    rows = list({tuple(row.items()): row for item in bad for row in item.failing_rows}.values())[:20]
    if rows:
        columns = list(dict.fromkeys(column for row in rows for column in row))
        metadata["rows"] = dg.MetadataValue.table(
            [dg.TableRecord({column: str(row.get(column, "")) for column in columns}) for row in rows],
            dg.TableSchema(columns=[dg.TableColumn(column) for column in columns]),
        )
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=name,
        passed=verdict == "passed",
        severity=dg.AssetCheckSeverity.WARN if verdict == "warned" else dg.AssetCheckSeverity.ERROR,
        metadata=metadata,
    )
