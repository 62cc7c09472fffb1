"""dbt's tests as verdicts: remembered for exactly the warehouse they ran on, given to the candidate exported from it.

A warehouse that anyone wrote to after its tests ran (a `dbt run` by hand, say) has no verdict, and is not published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache

from orchestration.dbt import NodeResult, read_manifest
from outlay.quality import Requirement, Verdict, VerdictStore
from outlay.quality.verdicts import SUITE_CHECK, worst
from outlay.settings import DataFolder

SUITE = "dbt"
SUBJECT = "warehouse"
_VERDICT_OF_STATUS = {"pass": "passed", "success": "passed", "warn": "warned", "fail": "failed", "skipped": "error"}


@cache
def suite_version() -> str:
    """Changes with the set of tests and with what each of them asks."""
    nodes = read_manifest()["nodes"].values()
    asked = sorted(
        (n["unique_id"], n["checksum"]["checksum"], n["raw_code"]) for n in nodes if "test" in n["resource_type"]
    )
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def remember_tests(data: DataFolder, results: Sequence[NodeResult], *, complete: bool) -> None:
    """Write down what the tests of a build found; `complete` is False when only some models were built."""
    tests = [
        {
            "name": result.name,
            "verdict": _VERDICT_OF_STATUS.get(result.status, "error"),
            "observed": f"{result.failures} failing rows" if result.failures else result.message or result.status,
        }
        for result in results
        if result.resource_type in ("test", "unit_test")
    ]
    document = {"warehouse": _state(data), "suite_version": suite_version(), "complete": complete, "tests": tests}
    path = data.dbt_tests
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(document), encoding="utf-8")
    temporary.replace(path)


def record_dbt_verdicts(data: DataFolder, store: VerdictStore, *, run_key: str, fingerprint: str) -> list[Verdict]:
    """The tests' verdicts for the candidate `fingerprint`; none when they did not all run on this very warehouse."""
    if not data.dbt_tests.exists():
        return []
    document = json.loads(data.dbt_tests.read_text(encoding="utf-8"))
    if document["warehouse"] != _state(data) or not document["complete"]:
        return []
    version = document["suite_version"]
    verdicts = [
        Verdict(SUITE, test["name"], SUBJECT, test["verdict"], test["observed"], "no failing row", fingerprint, version)
        for test in document["tests"]
    ]
    overall = worst(verdict.verdict for verdict in verdicts)
    told = f"{len(verdicts)} tests"
    verdicts.append(Verdict(SUITE, SUITE_CHECK, SUBJECT, overall, told, "no test fails", fingerprint, version))
    store.record(run_key, verdicts)
    return verdicts


def dbt_requirement(fingerprint: str) -> Requirement:
    """What publishing demands of dbt's tests."""
    return Requirement(SUITE, suite_version(), fingerprint, "the warehouse (dbt tests)")


def _state(data: DataFolder) -> list[int]:
    facts = data.warehouse.stat()
    return [facts.st_size, facts.st_mtime_ns]
