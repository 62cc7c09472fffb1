"""Faults are shown when they are due, and drawn from a seed without regard to the order of requests."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.fakes.faults import NAMES, TRANSIENT, Fault, FaultPlan, Faults

STEPS = {"throttle": ("rows",), "server_error": ("rows", "submit"), "slow_job": ("submit",), "new_field": ("rows",)}


def shown(faults: Faults, *asked: tuple[str, str, str | None]) -> list[str]:
    """The names of what each request (kind, step, account) gets."""
    taken = [faults.take(kind, step, account, "GET /", STEPS) for kind, step, account in asked]
    return [fault.name if fault else "" for fault in taken]


def test_a_fault_is_due_at_its_request_and_for_its_times() -> None:
    faults = Faults()
    faults.add(Fault("meta_ads", "throttle", at=2, times=2))
    assert shown(faults, *[("meta_ads", "rows", None)] * 5) == ["", "throttle", "throttle", "", ""]
    assert faults.fired == {("meta_ads", "throttle"): 2}


def test_a_fault_counts_only_its_platform_its_step_and_its_account() -> None:
    faults = Faults()
    faults.add(Fault("meta_ads", "throttle", times=None, account="a"), Fault("meta_ads", "server_error", step="submit"))
    asked = [("ecb", "rows", "a"), ("meta_ads", "submit", "b"), ("meta_ads", "rows", "b"), ("meta_ads", "rows", "a")]
    assert shown(faults, *asked) == ["", "server_error", "", "throttle"]


def test_the_first_scripted_of_two_is_shown() -> None:
    faults = Faults()
    faults.add(Fault("meta_ads", "throttle"), Fault("meta_ads", "new_field", times=2))
    assert shown(faults, *[("meta_ads", "rows", None)] * 3) == ["throttle", "new_field", ""]
    faults.add(Fault("meta_ads", "throttle", times=None))
    faults.clear()
    assert shown(faults, ("meta_ads", "rows", None)) == [""]


def test_a_name_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no fault is called 'earthquake'"):
        Fault("meta_ads", "earthquake")


def test_a_plan_is_the_same_whatever_the_order_of_requests() -> None:
    plan = FaultPlan.random(seed=7, rate=0.3)
    asked = [f"GET /page/{number}" for number in range(200)]
    forth = {one: plan.draw("meta_ads", "rows", one, 1, tuple(STEPS)) for one in asked}
    back = {one: plan.draw("meta_ads", "rows", one, 1, tuple(STEPS)) for one in reversed(asked)}
    assert forth == back
    hit = Counter(fault.name for fault in forth.values() if fault)
    assert 40 <= sum(hit.values()) <= 80  # three in ten of 200
    assert set(hit) == set(STEPS)
    other = FaultPlan.random(seed=8, rate=0.3)
    assert {one: other.draw("meta_ads", "rows", one, 1, tuple(STEPS)) for one in asked} != forth


def test_what_passes_passes() -> None:
    faults = Faults(plan=FaultPlan.random(seed=1, rate=1.0, names=TRANSIENT))
    assert [bool(name) for name in shown(faults, *[("meta_ads", "rows", None)] * 4)] == [True, True, False, False]


def test_a_plan_fails_the_wire_anywhere_but_tokens_only_as_stated() -> None:
    plan = FaultPlan.random(seed=1, rate=1.0, names=("server_error",))
    assert shown(Faults(plan=plan), ("meta_ads", "account", None), ("meta_ads", "token", None)) == ["server_error", ""]


def test_a_plan_draws_few_faults_that_end_a_run() -> None:
    plan = FaultPlan.random(seed=3, rate=1.0, names=("wrong_secret",))
    drawn = [plan.draw("meta_ads", "token", str(number), 1, ("wrong_secret",)) for number in range(500)]
    assert 70 <= sum(fault is not None for fault in drawn) <= 130  # one in five of 500


def test_a_plan_knows_every_name_but_the_lost_row() -> None:
    assert set(NAMES) - set(FaultPlan.random(1, 0.1).names) == {"lost_row"}
