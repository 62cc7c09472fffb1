"""The gate before publishing: small marts by Great Expectations, large ones by SQL, the same answers from both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from outlay.publishing import Candidate
from outlay.quality import GateResult, Verdict, VerdictStore, mart_gate, required_to_publish
from tests.unit.publishing.marts import AS_OF, export

Judge = Callable[..., GateResult]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Export the marts as changed by SQL, and gate the candidate."""

    def gate(*changes: str, previous: Candidate | None = None, **more: Any) -> GateResult:
        candidate = export(tmp_path, *changes)
        store = VerdictStore(tmp_path / "verdicts")
        return mart_gate.gate_marts(candidate, store, run_key="run", previous=previous, **more)

    return gate


@pytest.fixture(autouse=True)
def by_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit of nought every table counts as large, which is the quick way where the rules are not the matter."""
    monkeypatch.setattr(mart_gate, "MAX_FRAME_ROWS", -1)


@pytest.fixture(params=["row by row", "by SQL"])
def both_ways(request: pytest.FixtureRequest, by_sql: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables are seen by Great Expectations, large ones by SQL: the verdicts must not differ."""
    if request.param == "row by row":
        monkeypatch.setattr(mart_gate, "MAX_FRAME_ROWS", 50_000)


def failed(result: GateResult) -> dict[tuple[str, str], Verdict]:
    return {(verdict.subject, verdict.check_name): verdict for verdict in result.failures}


def test_marts_that_agree_pass_every_check_and_may_be_published(judge: Judge, both_ways: None, tmp_path: Path) -> None:
    result = judge()
    assert result.is_passed, [verdict.describe() for verdict in result.failures]
    assert {verdict.suite for verdict in result.verdicts} == {"marts"}
    assert len({verdict.fingerprint for verdict in result.verdicts}) == 1
    needs = required_to_publish(fingerprint=result.overall.fingerprint, inputs_fingerprint="inputs-1")
    blockers = VerdictStore(tmp_path / "verdicts").blocking(needs)
    assert [blocker.suite for blocker in blockers] == ["landed"]


def test_rows_that_break_a_rule_are_named_by_their_key(judge: Judge, both_ways: None) -> None:
    result = judge(
        "update marts.spend_daily set amount = null where campaign_id = 'c2'",
        "update marts.spend_daily set finality = 'settled' where amount = 10.00",
        "insert into marts.vendors values ('v1')",
    )
    found = failed(result)
    assert found["spend_daily", "not_null:amount"].failing_rows[0]["campaign_id"] == "c2"
    assert found["spend_daily", "not_null:amount"].observed == "1 of 3 rows break it"
    assert found["spend_daily", "in_set:finality"].failing_rows[0]["date_day"] == "2026-03-01"
    assert found["vendors", "unique:vendor_id"].failing_rows[0]["vendor_id"] == "v1"
    assert {subject for subject, _ in found} == {"spend_daily", "vendors", "campaign_roi, spend_daily"}


def test_a_key_with_an_empty_part_is_still_unique_or_not(judge: Judge, both_ways: None) -> None:
    twice = "insert into marts.touch_credits from marts.touch_credits where touch_id is null"
    assert ("touch_credits", "unique:conversion_id+touch_id+model+channel") in failed(judge(twice))


@pytest.mark.parametrize(
    ("change", "check", "row"),
    [
        (
            "update marts.touch_credits set revenue_amount = 50.00 where revenue_amount = 50.01",
            "every_model_divides_the_same_revenue",
            {"conversion_id": "k1", "lowest": "100.00", "highest": "100.01", "models": 2},
        ),
        (
            "delete from marts.touch_credits where conversion_id = 'k2' and model = 'linear'",
            "every_model_divides_the_same_revenue",
            {"conversion_id": "k2", "lowest": "50.00", "highest": "50.00", "models": 1},
        ),
        (
            "update marts.touch_credits set credit = 0.499999999 where touch_id = 't0'",
            "credits_of_a_conversion_sum_to_one",
            {"conversion_id": "k1", "model": "linear", "credit": "0.999999999"},
        ),
        (
            "update marts.attributed_revenue_daily set revenue_amount = 50.02 where channel = 'social'",
            "attributed_revenue_is_the_sum_of_credits",
            {"model": "linear", "channel": "social", "campaign_id": "c2", "credited": "50.01", "attributed": "50.02"},
        ),
        (
            "update marts.campaign_roi set cost_amount = 30.01 where campaign_id = 'c1' and model = 'linear'"
            " and period_kind = 'year'",
            "campaign_roi_costs_what_was_spent",
            {"period_kind": "year", "model": "linear", "cost": "35.51", "spent": "35.50"},
        ),
        (
            "update marts.channel_roi set cost_amount = 5.49 where channel = 'social' and model = 'linear'"
            " and period_kind = 'month'",
            "campaign_roi_foots_to_channel_roi",
            {"period_kind": "month", "period_id": "2026-03", "campaign_cost": "35.50", "channel_cost": "35.49"},
        ),
        (
            "update marts.attributed_revenue_daily set refunded_amount = 7 where model = 'last_touch'"
            " and channel = 'unattributed'",
            "campaign_roi_earns_what_was_attributed",
            {"model": "last_touch", "earned": "142.01", "attributed": "143.01"},
        ),
        (
            "update marts.variance_drivers set amount = 5.99 where driver = 'price'",
            "drivers_sum_to_the_variance",
            {"period_id": "2026-02", "drivers": "4.99", "variance": "5.00"},
        ),
        (
            "delete from marts.reconciliations",
            "served_and_causes_sum_to_the_ledger",
            {"vendor_id": "v1", "served_amount": "30.00", "ledger_amount": "31.50"},
        ),
        (
            "update marts.savings_opportunities set claimable_amount = 12.01",
            "a_claim_takes_no_more_than_it_found",
            {"claim_id": "late_fee:1", "gross_amount": "12.00", "claimable_amount": "12.01"},
        ),
        (
            "delete from marts.savings_stages",
            "every_claim_stands_in_a_stage",
            {"claim_id": "late_fee:1", "status": "identified", "stage": None},
        ),
        (
            "update marts.allocation_recommendations set recommended_amount = 8.01 where recommended_amount = 8.00",
            "a_division_keeps_its_budget",
            {"objective": "most_outcome", "today": "35.50", "recommended": "35.51"},
        ),
        (
            "update marts.commitments set open_amount = 50.01 where po_id = 'o2'",
            "an_order_is_invoiced_accrued_open_or_released",
            {"po_id": "o2", "ordered_amount": "100.0000", "open_amount": "50.0100"},
        ),
    ],
)
def test_a_cent_that_does_not_foot_is_found(judge: Judge, change: str, check: str, row: dict[str, Any]) -> None:
    (verdict,) = [verdict for verdict in judge(change).failures if verdict.check_name == check]
    assert verdict.verdict == "failed"
    assert row.items() <= verdict.failing_rows[0].items()


def test_a_margin_that_is_unknown_for_a_campaign_need_not_foot(judge: Judge) -> None:
    known = "update marts.campaign_roi set margin_amount = 5 where campaign_id = 'c1'"
    assert judge(known).is_passed
    everywhere = ("update marts.campaign_roi set margin_amount = 5", "update marts.channel_roi set margin_amount = 5")
    assert judge(*everywhere).is_passed, "one campaign a channel"
    a_cent_less = "update marts.channel_roi set margin_amount = 4.99 where channel = 'social'"
    assert not judge(*everywhere, a_cent_less).is_passed


def test_credits_are_held_against_what_the_conversions_were_worth(judge: Judge, tmp_path: Path) -> None:
    worth = tmp_path / "conversions.parquet"
    values = "(values ('k1', 100.01::decimal(18,2)), ('k2', 50.00)) as t(conversion_id, revenue_amount)"
    duckdb.sql(f"copy (from {values}) to '{worth}'")
    check = ("touch_credits", "credits_sum_to_the_revenue_of_the_conversion")
    assert check not in failed(judge(conversions=worth))
    both_models = "update marts.touch_credits set revenue_amount = 49.99 where conversion_id = 'k2'"
    lost = failed(judge(both_models, conversions=worth))[check]
    assert [(row["conversion_id"], row["model"], row["credited"]) for row in lost.failing_rows] == [
        ("k2", "last_touch", "49.99"),
        ("k2", "linear", "49.99"),
    ]


def test_a_missing_table_or_column_is_an_error(judge: Judge, tmp_path: Path) -> None:
    candidate = export(tmp_path, "alter table marts.spend_daily drop finality")
    tables = {name: entry for name, entry in candidate.tables.items() if name != "vendors"}
    store = VerdictStore(tmp_path / "verdicts")
    result = mart_gate.gate_marts(replace(candidate, tables=tables), store, run_key="run", previous=None)
    assert failed(result)["vendors", "exists"].verdict == "error"
    assert failed(result)["spend_daily", "not_null:finality"].observed == "there is no column finality"


def test_an_empty_table_fails_only_where_something_should_have_filled_it(judge: Judge) -> None:
    emptied = ("budget_variances", "budget_consumption_daily", "budget_rollups", "variance_drivers", "commitments")
    empty = [f"delete from marts.{table}" for table in emptied]
    rows = {"platform_spend": 3, "conversions": 2, "vendors": 2, "departments": 1}
    assert judge(*empty, landed_rows=rows).is_passed
    # Budget lines may all be of drafts or of next year; a vendor that was delivered stands in the table.
    found = failed(judge(*empty, "delete from marts.vendors", landed_rows={**rows, "budget_lines": 1}))
    assert {key for key in found if key[1] == "row_count"} == {("vendors", "row_count")}


def test_a_table_that_lost_nine_tenths_of_its_rows_fails(judge: Judge, tmp_path: Path) -> None:
    many = "insert into marts.campaigns select 'more' || i from range(98) as t(i)"
    before = export(tmp_path, many)
    assert before.tables["campaigns"].rows == 100
    assert judge(previous=before).failures[0].describe() == (
        "failed: marts/volume_of_table on campaigns: 2 rows (expected more than 10 % of the 100 rows published before)"
    )
    later = replace(before, as_of=AS_OF + timedelta(days=30))
    assert judge(previous=later).overall.verdict == "warned", "a run for an earlier day holds less"


def test_files_that_are_not_what_the_manifest_says_are_errors(tmp_path: Path) -> None:
    candidate = export(tmp_path)
    store = VerdictStore(tmp_path / "verdicts")
    candidate.database.write_bytes(b"not a database")
    result = mart_gate.gate_marts(candidate, store, run_key="run", previous=None)
    assert failed(result)["candidate", "readable"].verdict == "error"
    assert not result.is_passed


def test_an_accepted_candidate_is_only_compared_with_what_is_published(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judge()
    monkeypatch.setattr(mart_gate, "Validator", None)
    again = judge()
    assert again.is_passed
    assert len(again.verdicts) == len(first.verdicts)


def test_amounts_stay_exact(judge: Judge) -> None:
    large = Decimal("9999999999999999.99")
    change = f"update marts.spend_daily set amount = {large} where campaign_id = 'c2'"
    row = failed(judge(change))["campaign_roi, spend_daily", "campaign_roi_costs_what_was_spent"].failing_rows[0]
    assert row["spent"] == str(large + 30)
