"""Budget answers against figures added up by hand in tests/support/api_marts.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from outlay.api.answers.budget import Asked, budget_answer
from outlay.api.app_json import dumps
from outlay.api.bodies.budget import BudgetAnswer
from outlay.api.problems import Problem
from outlay.api.snapshot import Snapshot

SUMMED = (
    *("budget_amount", "budget_to_date_amount", "actual_amount", "committed_amount", "available_amount", "impact"),
    *("carried_in_amount", "carried_out_amount", "available_with_carried_amount"),
)


def answer(snapshot: Snapshot, period: str = "2026-03", **more: Any) -> BudgetAnswer:
    """The answer as a caller reads it: every document keeps its documented shape."""
    return BudgetAnswer.model_validate_json(dumps(budget_answer(snapshot, Asked(period, **more))))


def test_totals_are_those_added_up_by_hand(snapshot: Snapshot) -> None:
    totals = answer(snapshot).totals
    assert [str(getattr(totals, name)) for name in SUMMED] == [
        "1400.10",
        "750.05",
        "644.55",
        "105.00",
        "650.55",
        "105.50",
        "40.25",
        "-7.50",
        "690.80",
    ]
    assert str(totals.variance_amount) == "-105.50"
    assert totals.variance_pct == Decimal("-0.140657")  # -105.50 / 750.05 = -0.1406573...


def _nodes(figures: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for department in figures["departments"]:
        yield department
        yield from _nodes(department)


def test_children_foot_to_parents_with_an_explicit_unallocated(snapshot: Snapshot) -> None:
    document = budget_answer(snapshot, Asked("2026-03"))
    whole = {"figures": document["totals"], **document}
    checked = 0
    for node in [whole, *_nodes(document)]:
        for part in ("departments", "categories", "channels"):
            if not node[part]:
                continue
            for name in SUMMED:
                checked += 1
                assert sum(child["figures"][name] for child in node[part]) == node["figures"][name], (part, name)
    assert checked > 60
    marketing = document["departments"][0]
    assert [child["department_id"] for child in marketing["departments"]] == ["D11", "D12", "unallocated"]
    assert marketing["departments"][2]["figures"]["actual_amount"] == Decimal("10.00")


def test_filters_leave_what_they_name(snapshot: Snapshot) -> None:
    search = answer(snapshot, channel="search")
    assert search.totals.actual_amount == Decimal("450.03") + Decimal("175.50")
    performance = answer(snapshot, department="D11")
    assert performance.totals.actual_amount == Decimal("457.80")
    assert [one.department_id for one in performance.departments] == ["D11"]
    whole = answer(snapshot, department="D1")
    assert whole.totals.actual_amount == Decimal("643.30")
    for more in ({"department": "D9"}, {"channel": "tv"}, {"version": "v9"}):
        with pytest.raises(Problem) as missing:
            answer(snapshot, **more)
        assert missing.value.status == 404


def test_on_ledger_basis_only_postings_count(snapshot: Snapshot) -> None:
    told = answer(snapshot, ledger_only=True)
    # 10 + 400.01 + 7.77 + 1.25; the manual 20.00 and the accrued 30.02 + 175.50 are named beside it.
    assert told.totals.actual_amount == Decimal("419.03")
    assert told.totals.variance_amount == Decimal("419.03") - Decimal("750.05")
    assert told.totals.available_amount == Decimal("1400.10") - Decimal("419.03") - Decimal("105.00")
    assert told.totals.available_with_carried_amount == told.totals.available_amount + Decimal("40.25")
    assert (told.basis_difference.manual_amount, told.basis_difference.accrued_amount) == (
        Decimal("20.00"),
        Decimal("205.52"),
    )
    assert "exchange rates" in told.totals.reasons["fx_variance_amount"]


def test_another_version_is_told_with_its_own_unknowns(snapshot: Snapshot) -> None:
    told = answer(snapshot, version="v1")
    assert (told.totals.budget_amount, told.totals.committed_amount) == (Decimal("900.00"), None)
    assert told.totals.reasons["committed_amount"] == told.totals.reasons["available_amount"] == "no rate for USD"
    assert told.totals.reasons["available_with_carried_amount"] == "no rate for USD"
    assert told.pace.pace is None
    assert "in force" in told.pace.reasons["pace"]
    assert told.budget_versions == ["v1", "v2"]


def test_pace_is_of_the_last_day_counted_not_of_tomorrow(snapshot: Snapshot) -> None:
    told = answer(snapshot)
    # (450.03 + 175.50) / (500.05 + 150.00)
    assert (str(told.pace.date_day), told.pace.pace) == ("2026-03-15", Decimal("0.962280"))
    assert told.pace.reasons == {}
    one = answer(snapshot, department="D12")
    assert (one.pace.pace, str(one.pace.exhaustion_date)) == (Decimal("1.170000"), "2026-03-30")


def test_finality_drivers_and_bridge(snapshot: Snapshot) -> None:
    told = answer(snapshot)
    assert (told.finality.invoiced_amount, told.finality.accrued_amount) == (Decimal("300.03"), Decimal("100.01"))
    assert told.finality.platform_only_amount == 0  # the 20th lies after the last day counted
    assert told.finality.invoiced_share == Decimal("0.750000")
    assert {one.driver: str(one.amount) for one in told.drivers} == {"price": "-60.02", "volume": "10.00"}
    # served 500, ledger 495, unexplained -10: 1 - 10 / 500
    assert told.reconciliation.explained_pct == Decimal("0.980000")
    assert (told.unbudgeted.actual_amount, told.unbudgeted.member_count) == (Decimal("9.02"), 2)


@pytest.mark.parametrize(
    ("name", "period"), [("current", "2026-03"), ("2026-P03", "2026-03"), ("2026-P02", None), ("2026-04", None)]
)
def test_periods_have_several_names(snapshot: Snapshot, name: str, period: str | None) -> None:
    if period is None:
        with pytest.raises(Problem) as missing:
            answer(snapshot, name)
        assert missing.value.status == 404
    else:
        assert answer(snapshot, name).period.period_id == period


def test_a_forecast_that_is_not_made_is_null_with_its_reason(snapshot: Snapshot) -> None:
    told = answer(snapshot)
    assert told.totals.forecast_amount is None
    assert told.reasons["forecast_amount"] == "this version has no forecast of the period"
    assert (told.forecast_quality, told.reasons["forecast_quality"]) == (None, "this version has no scored forecasts")
