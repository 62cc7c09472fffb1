"""Fitted models on companies small enough to be solved by hand: a month a case, fitted on that month alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from outlay.company import ATTRIBUTION_MODELS
from tests.integration.attribution.small_company import conversion, credited, touch, value
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

SIX = ("affiliates", "brand", "content", "display", "email", "forums")
TOUCHES = [
    # January: search > social converts, search alone and social alone do not. From the start search comes with 2/3,
    # social with 1/3; search leads on to social with 1/2, social to a conversion with 1/2. So 1/3 of journeys convert;
    # without search 1/6, without social none: removal effects 1/2 and 1.
    touch("j1", "won", "2026-01-12 08:00:00", "search", campaign_id="s1"),
    touch("j2", "won", "2026-01-13 08:00:00", "social", campaign_id="o1"),
    touch("j3", "lost", "2026-01-14 08:00:00", "search", campaign_id="s1"),
    touch("j4", "gone", "2026-01-15 08:00:00", "social"),
    # a journey of its own begins after the conversion
    touch("j5", "again", "2026-01-20 08:00:00", "organic"),
    touch("j6", "again", "2026-01-22 08:00:00", "search", campaign_id="s1"),
    # February: one journey met six channels, and nobody else converted or failed to
    *(touch(f"f{number}", "six", f"2026-02-1{number} 08:00:00", channel) for number, channel in enumerate(SIX)),
    # March: the first campaign of two small orders, and of one large
    touch("m1", "small_1", "2026-03-10 08:00:00", "search", campaign_id="c1"),
    touch("m2", "small_2", "2026-03-11 08:00:00", "search", campaign_id="c1"),
    touch("m3", "large", "2026-03-12 08:00:00", "social", campaign_id="c2"),
    # May: seventy channels, of which one led to an order
    *(touch(f"y{n:02}", f"of_{n:02}", "2026-05-12 08:00:00", f"channel {n:02}") for n in range(70)),
]
CONVERSIONS = [
    conversion("v1", "won", "2026-01-14 08:00:00", "100.01"),
    conversion("v2", "six", "2026-02-20 08:00:00", "1000"),
    conversion("v3", "small_1", "2026-03-15 08:00:00", "10"),
    conversion("v4", "small_2", "2026-03-16 08:00:00", "30"),
    conversion("v5", "large", "2026-03-17 08:00:00", "160"),
    # April: nobody met anybody
    conversion("v6", "walk_in", "2026-04-10 08:00:00", "5"),
    conversion("v7", "of_07", "2026-05-13 08:00:00", "70"),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fitted")
    landed = {"touchpoints": TOUCHES, "conversions": CONVERSIONS}
    # 25 days end with each month, and reach into no other month's cases
    write_landing(folder / "landing", landed, as_of="2026-05-31", fit_days=25)
    selection = ("--select", "+attributed_revenue_daily", "attribution_effects", "--indirect-selection", "buildable")
    build(folder / "landing", folder / "warehouse.duckdb", *selection, "--exclude-resource-type", "unit_test")
    return folder / "warehouse.duckdb"


def effects(warehouse: Path, period: str, model: str, column: str, level: str = "channel") -> dict[str, float]:
    found = rows(
        warehouse,
        f"select member, {column} as figure from marts.attribution_effects "
        f"where period_id = '{period}' and model = '{model}' and level = '{level}' order by member",
    )
    return {row["member"]: row["figure"] for row in found}


def test_markov_as_solved_by_hand_and_after_the_conversion_another_journey_begins(warehouse: Path) -> None:
    """`again` never converted: organic > search > nothing adds a fourth journey, and search two ends without social."""
    # start: search 2/4, social 1/4, organic 1/4 (then always search); search: social 1/3, nothing 2/3; social: 1/2.
    # converts: (2/4 + 1/4) * 1/3 * 1/2 + 1/4 * 1/2 = 1/4; without search 1/8; without organic 1/4 - 1/4 * 1/6 = 5/24.
    expected = {"organic (channel)": 1 / 6, "search": 1 / 2, "social": 1.0}
    assert effects(warehouse, "2026-01", "markov_1", "removal_effect") == pytest.approx(expected)
    shares = {member: effect / (5 / 3) for member, effect in expected.items()}
    assert effects(warehouse, "2026-01", "markov_1", "share") == pytest.approx(shares)


def test_campaigns_have_effects_of_their_own_and_what_has_none_is_its_channels(warehouse: Path) -> None:
    """As channels, but social is o1 (after s1, always converting) and a touch without a campaign (never)."""
    # start: s1 2/4, social (none) 1/4, organic (none) 1/4 -> s1; s1: o1 1/3; o1 converts. In all 3/4 * 1/3 = 1/4.
    expected = {"o1": 1.0, "organic (none)": 1 / 3, "s1": 1.0, "social (none)": 0.0}
    assert effects(warehouse, "2026-01", "markov_1", "removal_effect", "campaign") == pytest.approx(expected)


def test_a_conversion_is_divided_in_proportion_to_its_channels_effects(warehouse: Path) -> None:
    """Search 1/2 and social 1 of 100.01: 33.336… and 66.673…"""
    assert credited(warehouse, "v1", "markov_1") == {"j1": "33.34", "j2": "66.67"}


@pytest.mark.parametrize("model", ATTRIBUTION_MODELS)
def test_journeys_that_did_not_convert_bring_no_revenue(warehouse: Path, model: str) -> None:
    """Five touches of people who bought nothing: all of January's revenue is that of the one who did."""
    january = "where model = '{}' and date_day < date '2026-02-01'"
    total = value(warehouse, f"select sum(revenue_amount) from marts.attributed_revenue_daily {january.format(model)}")
    assert Decimal(total) == Decimal("100.01")


def test_six_channels_of_one_journey_share_alike_whatever_their_names(warehouse: Path) -> None:
    values = effects(warehouse, "2026-02", "shapley", "shapley_value")
    assert values == pytest.approx(dict.fromkeys(SIX, 1 / 6))
    shares = credited(warehouse, "v2", "shapley")
    assert sorted(shares.values()) == ["166.66", "166.66", "166.67", "166.67", "166.67", "166.67"]


@pytest.mark.parametrize("model", ["first_touch", "markov_1"])
def test_conversions_are_counted_and_not_derived_from_revenue(warehouse: Path, model: str) -> None:
    """c1 began two of three orders; by its 40 of 200 in revenue it would have 0.6."""
    found = rows(
        warehouse,
        "select campaign_id, sum(conversions) as conversions, sum(revenue_amount) as revenue "
        f"from marts.attributed_revenue_daily where model = '{model}' and campaign_id in ('c1', 'c2') "
        "group by campaign_id order by campaign_id",
    )
    assert [(row["conversions"], row["revenue"]) for row in found] == [(2, Decimal("40.00")), (1, Decimal("160.00"))]


def test_what_cannot_be_fitted_says_why_and_stays_unattributed(warehouse: Path) -> None:
    found = rows(warehouse, "select * from marts.attribution_effects where period_id = '2026-04' order by model, level")
    assert {row["member"] for row in found} == {"(none)"}
    assert [row["model"] for row in found if not row["reason"]] == []
    credits = rows(
        warehouse, "select model, channel, revenue_amount from marts.touch_credits where conversion_id = 'v6'"
    )
    assert sorted(row["model"] for row in credits) == sorted(ATTRIBUTION_MODELS)
    assert {(row["channel"], row["revenue_amount"]) for row in credits} == {("unattributed", Decimal("5.00"))}


def test_of_more_channels_than_sets_can_be_told_of_only_sets_are_left_out(warehouse: Path) -> None:
    (row,) = rows(
        warehouse, "select * from marts.attribution_effects where period_id = '2026-05' and model = 'shapley'"
    )
    assert row["reason"] == "70 channels: an exact Shapley value takes at most 20"
    effects_of_markov = effects(warehouse, "2026-05", "markov_1", "removal_effect")
    assert len(effects_of_markov) == 70
    assert {member: effect for member, effect in effects_of_markov.items() if effect} == {"channel 07": 1.0}
