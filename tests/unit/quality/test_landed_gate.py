"""The gate behind landing: what it lets through, what it stops, and that it names the rows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.landing import partition_path
from outlay.quality import GateResult, VerdictStore, landed_gate, landed_judgement
from outlay.quality.verdicts import Verdict
from tests.unit.quality.landed import Landed, land, spend, touch
from tests.unit.quality.needs import blocked

DAY = date(2026, 3, 2)
Gate = Callable[..., GateResult]


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.fixture
def store(tmp_path: Path) -> VerdictStore:
    return VerdictStore(tmp_path / "verdicts")


@pytest.fixture
def gate(landing: Path, store: VerdictStore) -> Gate:
    def judge(partitions: Sequence[Landed], **more: Any) -> GateResult:
        stated = {"run_key": "run", "inputs_fingerprint": "inputs-1"}
        return landed_gate.gate_landed(partitions, landing, store, **{**stated, **more})

    return judge


@pytest.fixture(params=["row by row", "counted by SQL"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small windows are looked at row by row, large ones counted: the verdicts must not differ."""
    if request.param == "counted by SQL":
        monkeypatch.setattr(landed_judgement, "MAX_FRAME_ROWS", 0)
    return str(request.param)


def of_partition(result: GateResult, partition: Landed) -> Verdict:
    """The verdict on one partition."""
    (found,) = [v for v in result.verdicts if v.check_name == "suite" and v.fingerprint == partition.fingerprint]
    return found


def test_every_partition_gets_its_own_verdict_from_the_rows_that_break_the_suite(
    landing: Path, gate: Gate, both_ways: str
) -> None:
    good = land(landing, "platform_spend", [spend(DAY)], source="ads", account="111", day=DAY)
    other = DAY + timedelta(days=1)
    rows = [spend(other), spend(other, "c2", clicks=-1), spend(other, "c3", impressions=-5)]
    bad = land(landing, "platform_spend", rows, source="ads", account="111", day=other)
    doubtful = land(landing, "platform_spend", [spend(DAY, amount="-3.00")], source="ads", account="222", day=DAY)

    result = gate([good, bad, doubtful])

    assert not result.is_passed
    assert of_partition(result, good).verdict == "passed"
    assert of_partition(result, good).observed == "1 rows, 0 superseded, total 10.0000"
    assert of_partition(result, doubtful).verdict == "warned"
    failed = of_partition(result, bad)
    assert failed.verdict == "failed"
    assert {(row["campaign_id"], row["source_row"], row["reason"]) for row in failed.failing_rows} == {
        ("c2", 2, "expected 0 <= clicks"),
        ("c3", 3, "expected 0 <= impressions"),
    }


def test_terms_of_contracts_are_parts_of_one_and_tiers_can_be_read(landing: Path, gate: Gate, both_ways: str) -> None:
    stated = {"vendor_id": "V", "start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31), "currency": "EUR"}
    terms: list[dict[str, object]] = [
        {"contract_id": "fine", "commission_pct": Decimal("0.15"), "rebate_tiers": "50000:0.02 | 100000.50:1"},
        {"contract_id": "percent", "commission_pct": Decimal(15)},
        {"contract_id": "below", "discount_pct": Decimal("-0.02")},
        {"contract_id": "tier", "rebate_tiers": "50000:2"},
        {"contract_id": "words", "rebate_tiers": "50k:2%"},
        {"contract_id": "half", "rebate_tiers": "50000:0.02|100000"},
    ]
    rows = [{**stated, **more} for more in terms]
    partition = land(landing, "contracts", rows, source="contracts")
    failed = of_partition(gate([partition]), partition)
    assert {(row["contract_id"], row["reason"]) for row in failed.failing_rows} == {
        ("percent", "expected 0 <= commission_pct <= 1"),
        ("below", "expected 0 <= discount_pct <= 1"),
        *((name, "expected rebate_tiers reads like 50000:0.02|100000:0.03") for name in ("tier", "words", "half")),
    }


def test_a_rate_of_zero_is_no_rate(landing: Path, gate: Gate, both_ways: str) -> None:
    stated = {"from_currency": "USD", "to_currency": "EUR", "rate_type": "spot"}
    rates = {date(2026, 3, 1): "0.00000001", date(2026, 3, 2): "0", date(2026, 3, 3): "25000.5"}
    rows = [{**stated, "date_day": day, "rate": Decimal(rate)} for day, rate in rates.items()]
    partition = land(landing, "fx_rates", rows, source="fx")
    (row,) = of_partition(gate([partition]), partition).failing_rows
    assert (row["date_day"], row["reason"]) == ("2026-03-02", "expected 0.00000001 <= rate")


def test_a_missing_required_value_names_the_row(landing: Path, gate: Gate) -> None:
    bad = land(landing, "platform_spend", [spend(DAY), spend(DAY, "c2", currency=None)], source="ads", day=DAY)
    (row,) = of_partition(gate([bad]), bad).failing_rows
    assert (row["campaign_id"], row["source_file"], row["source_row"]) == ("c2", "ads.csv", 2)
    assert "currency" in row["reason"]


def test_a_row_of_another_day_is_found(landing: Path, gate: Gate) -> None:
    bad = land(landing, "platform_spend", [spend(DAY), spend(DAY - timedelta(days=1))], source="ads", day=DAY)
    assert of_partition(gate([bad]), bad).failing_rows[0]["date_day"] == "2026-03-01"


def test_a_touch_may_lie_on_the_neighbouring_utc_day(landing: Path, gate: Gate) -> None:
    rows = [touch(datetime(2026, 3, 1, 23, 30), "t1"), touch(datetime(2026, 3, 2, 10), "t2")]  # noqa: DTZ001 - UTC
    assert gate([land(landing, "touchpoints", rows, source="web", day=DAY)]).is_passed


def test_what_lies_on_disk_must_be_what_the_manifest_states(landing: Path, gate: Gate) -> None:
    wrong = land(landing, "platform_spend", [spend(DAY)], source="ads", day=DAY, control_total=Decimal("10.01"))
    short = replace(land(landing, "platform_spend", [spend(DAY)], source="more", day=DAY), rows=2)
    result = gate([wrong, short])
    assert of_partition(result, wrong).failing_rows[0]["reason"].endswith("found {'total_gap': -100}")
    assert of_partition(result, short).failing_rows[0]["reason"].endswith("found {'row_gap': -1}")


def test_a_superseded_row_blocks_nobody(landing: Path, gate: Gate, both_ways: str) -> None:
    rows = [spend(DAY, clicks=-1, delivery_no=1), spend(DAY, clicks=1, delivery_no=2)]
    partition = land(landing, "platform_spend", rows, source="ads", day=DAY)
    verdict = of_partition(gate([partition]), partition)
    assert (verdict.verdict, verdict.live_rows) == ("passed", 1)
    assert verdict.observed == "1 rows, 1 superseded, total 20.0000"


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(landing: Path, gate: Gate) -> None:
    whole = land(landing, "vendors", [{"vendor_id": "v1", "name": "V"}], source="vendors")
    cut = land(landing, "platform_spend", [spend(DAY)], source="ads", day=DAY)
    path = partition_path(landing, cut)
    path.write_bytes(path.read_bytes()[:-20])
    result = gate([whole, cut])
    assert of_partition(result, whole).verdict == "passed"
    assert of_partition(result, cut).verdict == "error"
    assert "part.parquet" in of_partition(result, cut).observed
    assert result.overall.verdict == "error"


def test_a_bad_partition_stays_blocked_until_its_content_is_another(
    landing: Path, gate: Gate, store: VerdictStore
) -> None:
    bad = land(landing, "platform_spend", [spend(DAY, clicks=-1)], source="ads", day=DAY)
    assert not gate([bad]).is_passed
    assert not gate([bad], run_key="only downstream").is_passed
    assert blocked(store, ["inputs-1"], landed_gate.landed_version())

    mended = land(landing, "platform_spend", [spend(DAY, clicks=1)], source="ads", day=DAY)
    assert gate([mended], inputs_fingerprint="inputs-2").is_passed
    assert blocked(store, ["inputs-2"], landed_gate.landed_version()) == []


def test_what_was_accepted_is_not_judged_again(landing: Path, gate: Gate) -> None:
    partitions = [land(landing, "platform_spend", [spend(DAY)], source="ads", day=DAY)]
    assert len(gate(partitions).verdicts) > 5
    again = gate(partitions, inputs_fingerprint="inputs-2")
    assert again.verdicts == ()
    assert again.overall.observed.startswith("1 partitions: 1 already judged")


def test_a_run_without_news_does_not_even_import_great_expectations(landing: Path, gate: Gate) -> None:
    partitions = [land(landing, "vendors", [{"vendor_id": "v1", "name": "V"}], source="vendors")]
    gate(partitions)
    script = f"""
import sys
from pathlib import Path
from decimal import Decimal
from outlay.quality import VerdictStore
from outlay.quality.landed_gate import gate_landed
from tests.unit.quality.landed import Landed
root = Path({str(landing.parent)!r})
result = gate_landed([{partitions[0]!r}], root / "landing", VerdictStore(root / "verdicts"), run_key="again",
    inputs_fingerprint="i")
assert result.is_passed and "great_expectations" not in sys.modules and "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[3])


@dataclass(frozen=True)
class _Problem:
    source: str = "ads"
    check: str = "no_rows"
    file: str = "ads/2026-03.csv"
    message: str = "ads/2026-03.csv: holds a heading and no rows"
    severity: str = "failed"
    fingerprint: str = "file-1"


def test_what_landing_refused_blocks_though_every_partition_is_good(
    landing: Path, gate: Gate, store: VerdictStore
) -> None:
    good = land(landing, "platform_spend", [spend(DAY)], source="ads", day=DAY)
    assert gate([good]).is_passed
    refused = gate([good], problems=[_Problem()])
    assert [(v.check_name, v.failing_rows[0]["file"]) for v in refused.failures] == [("no_rows", "ads/2026-03.csv")]
    assert blocked(store, ["inputs-1"], landed_gate.landed_version())
    assert gate([good], problems=[_Problem(severity="warned")]).overall.verdict == "warned"


def month(landing: Path, rows_a_day: int, **more: Any) -> list[Landed]:
    """Twenty days of a source before DAY."""
    found = []
    for back in range(1, 21):
        day = DAY - timedelta(days=back)
        rows = [spend(day, f"c{number}") for number in range(rows_a_day)]
        found.append(land(landing, "platform_spend", rows, source="ads", day=day, **more))
    return found


def test_a_day_that_lost_nine_tenths_of_its_rows_fails(landing: Path, gate: Gate) -> None:
    assert gate(month(landing, 20)).is_passed
    thin = land(landing, "platform_spend", [spend(DAY), spend(DAY, "c2")], source="ads", day=DAY)
    failed = of_partition(gate([*month(landing, 20), thin]), thin)
    assert failed.verdict == "failed"
    assert failed.failing_rows[0]["reason"] == (
        "2 rows, expected more than 2 rows, 10 % of the trailing median 20; "
        "if the delivery is right, state its sha256 in accept under [sources.ads]"
    )
    assert gate([*month(landing, 20), thin], volumes_accepted=["ads"]).overall.verdict == "warned"


def test_days_delivered_many_times_over_are_counted_once(landing: Path, gate: Gate) -> None:
    restated = []
    for back in range(1, 21):
        day = DAY - timedelta(days=back)
        rows = [spend(day, f"c{n % 10}", delivery_no=n // 10) for n in range(280)]
        restated.append(land(landing, "platform_spend", rows, source="ads", day=day))
    newest = land(landing, "platform_spend", [spend(DAY, f"c{n}") for n in range(10)], source="ads", day=DAY)
    assert gate([*restated, newest]).is_passed


def test_days_after_the_runs_date_wait_for_their_day(landing: Path, gate: Gate) -> None:
    future = land(landing, "platform_spend", [spend(DAY, clicks=-1)], source="ads", day=DAY)
    assert gate([future], as_of=DAY - timedelta(days=1)).is_passed
    assert not gate([future], as_of=DAY).is_passed
