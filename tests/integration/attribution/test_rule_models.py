"""Rule models on a company small enough for pencil and paper: windows, ties, persons, rounding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.attribution.small_company import conversion, credited, touch, value
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

TOUCHES = [
    # windows: a click 30 days, a view 1 day, both ends inside; a visit has the window of a click
    touch("w0", "windows", "2026-03-01 11:59:59.999999"),
    touch("w1", "windows", "2026-03-01 12:00:00", interaction="click"),
    touch("w2", "windows", "2026-03-11 12:00:00", interaction="visit"),
    touch("w3", "windows", "2026-03-30 11:59:59", interaction="view"),
    touch("w4", "windows", "2026-03-30 12:00:00", interaction="view"),
    touch("w5", "windows", "2026-03-31 12:00:00"),
    touch("w6", "windows", "2026-03-31 12:00:01"),
    # ties: ids order as text
    touch("9", "ties", "2026-03-10 08:00:00"),
    touch("10", "ties", "2026-03-10 08:00:00"),
    touch("11", "ties", "2026-03-10 08:00:00"),
    touch("tie_a", "cents", "2026-03-10 08:00:00"),
    touch("tie_b", "cents", "2026-03-11 08:00:00"),
    # persons: a chain of aliases, and a circle of them
    touch("p1", "cookie", "2026-03-01 08:00:00", "paid_search", campaign_id="c1"),
    touch("p2", "device", "2026-03-02 08:00:00"),
    touch("p3", "round_b", "2026-03-02 08:00:00"),
    # direct
    touch("d1", "mixed", "2026-03-01 08:00:00", "email"),
    touch("d2", "mixed", "2026-03-02 08:00:00", "Direct"),
    touch("d3", "only_direct", "2026-03-01 08:00:00", "direct"),
    touch("d4", "only_direct", "2026-03-02 08:00:00", "direct"),
    # half-lives of 168 hours: 1/4, 1/2, 1
    touch("h1", "decay", "2026-03-01 00:00:00"),
    touch("h2", "decay", "2026-03-08 00:00:00"),
    touch("h3", "decay", "2026-03-15 00:00:00"),
    touch("s1", "same_instant", "2026-03-10 08:00:00"),
    touch("n1", "negative", "2026-03-10 08:00:00"),
    touch("n2", "negative", "2026-03-11 08:00:00"),
    touch("n3", "negative", "2026-03-12 08:00:00"),
    touch("y1", "yen", "2026-03-06 08:00:00"),
    # a restated touch moved to another day and another channel: the later delivery counts
    touch("r1", "restated", "2026-03-01 08:00:00", "email", delivery_no=1),
    touch("r1", "restated", "2026-03-05 08:00:00", "Newsletter", delivery_no=2),
    touch("lonely", "never_converts", "2026-03-05 08:00:00"),
]
CONVERSIONS = [
    conversion("windows", "windows", "2026-03-31 12:00:00", "100.00"),
    conversion("ties", "ties", "2026-03-20 08:00:00", "10.00"),
    conversion("cents", "cents", "2026-03-20 08:00:00", "0.05"),
    conversion("persons", "customer", "2026-03-20 08:00:00", "10.00"),
    conversion("again", "device", "2026-03-21 08:00:00", "20.00"),
    conversion("circle", "round_a", "2026-03-20 08:00:00", "7.00"),
    conversion("mixed", "mixed", "2026-03-20 08:00:00", "10.00"),
    conversion("only_direct", "only_direct", "2026-03-20 08:00:00", "10.00"),
    conversion("decay", "decay", "2026-03-20 08:00:00", "70.00"),
    conversion("same_1", "same_instant", "2026-03-20 08:00:00", "10.00"),
    conversion("same_2", "same_instant", "2026-03-20 08:00:00", "20.00"),
    conversion("none", "nobody", "2026-03-31 22:30:00", "12.34"),
    conversion("negative", "negative", "2026-03-20 08:00:00", "-10.00"),
    conversion("zero", "negative", "2026-03-20 09:00:00", "0"),
    # Saturday: the rate of Friday the 6th, 160 yen a euro
    conversion("yen", "yen", "2026-03-07 08:00:00", "10001", currency="JPY", margin="1600"),
    conversion("restated", "restated", "2026-03-20 08:00:00", "10.00"),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rule_models")
    write_landing(
        folder / "landing",
        {
            "touchpoints": TOUCHES,
            "conversions": CONVERSIONS,
            "identities": [
                {"user_id": "cookie", "canonical_user_id": "device"},
                {"user_id": "device", "canonical_user_id": "customer"},
                {"user_id": "round_a", "canonical_user_id": "round_b"},
                {"user_id": "round_b", "canonical_user_id": "round_a"},
            ],
            # a campaign of which the touch says no platform, and its platform no more than the name
            "platform_spend": [
                {"platform": "google_ads", "account_id": "a1", "campaign_id": "c1", "campaign_name": "DE_BRD_Autumn"}
                | {"date_day": "2026-03-01", "spend": "1.00", "currency": "EUR"}
            ],
            "fx_rates": [
                {"from_currency": "EUR", "to_currency": "JPY", "date_day": "2026-03-06", "rate": "160"},
                {"from_currency": "EUR", "to_currency": "JPY", "date_day": "2026-03-09", "rate": "170"},
            ],
        },
        as_of="2026-04-30",
        time_zone="Europe/Berlin",
        default_gross_margin="0.5",
        match_rules=[
            {"target": "channel", "value": "brand", "rule_no": 1, "campaign_pattern": "%!_brd!_%"}
            | {"platform_pattern": "google!_ads"},
            {"target": "channel", "value": "email", "rule_no": 2, "label_pattern": "newsletter%"},
        ],
    )
    selection = ("--select", "+attributed_revenue_daily", "--indirect-selection", "buildable")
    build(folder / "landing", folder / "warehouse.duckdb", *selection)
    return folder / "warehouse.duckdb"


def test_a_touch_counts_inside_the_window_of_its_kind_both_ends_included(warehouse: Path) -> None:
    assert credited(warehouse, "windows", "linear") == {"w1": "25.00", "w2": "25.00", "w4": "25.00", "w5": "25.00"}


def test_first_and_last_touch_take_everything(warehouse: Path) -> None:
    assert credited(warehouse, "windows", "first_touch") == {"w1": "100.00"}
    assert credited(warehouse, "windows", "last_touch") == {"w5": "100.00"}


def test_position_based_gives_the_ends_40_and_the_middle_20(warehouse: Path) -> None:
    assert credited(warehouse, "windows", "position_based") == {
        "w1": "40.00", "w2": "10.00", "w4": "10.00", "w5": "40.00",
    }  # fmt: skip
    assert credited(warehouse, "mixed", "position_based") == {"d1": "5.00", "d2": "5.00"}


def test_time_decay_halves_with_each_half_life(warehouse: Path) -> None:
    # 1/4 + 1/2 + 1 = 7/4 of the youngest touch
    assert credited(warehouse, "decay", "time_decay") == {"h1": "10.00", "h2": "20.00", "h3": "40.00"}


def test_touches_of_one_instant_are_ordered_by_id_as_text(warehouse: Path) -> None:
    assert credited(warehouse, "ties", "first_touch") == {"10": "10.00"}
    assert credited(warehouse, "ties", "last_touch") == {"9": "10.00"}
    # tied timestamps do not bend 40/20/40
    assert credited(warehouse, "ties", "position_based") == {"10": "4.00", "11": "2.00", "9": "4.00"}
    assert credited(warehouse, "ties", "linear") == {"10": "3.34", "11": "3.33", "9": "3.33"}


def test_half_a_cent_goes_to_the_earlier_touch(warehouse: Path) -> None:
    assert credited(warehouse, "cents", "linear") == {"tie_a": "0.03", "tie_b": "0.02"}


def test_aliases_are_followed_to_the_canonical_person(warehouse: Path) -> None:
    assert credited(warehouse, "persons", "linear") == {"p1": "5.00", "p2": "5.00"}
    assert credited(warehouse, "again", "linear") == {"p1": "10.00", "p2": "10.00"}
    assert credited(warehouse, "circle", "linear") == {"p3": "7.00"}
    people = rows(
        warehouse, "select conversion_id, person_id, is_new_customer from intermediate.int_conversions_valued"
    )
    found = {row["conversion_id"]: (row["person_id"], row["is_new_customer"]) for row in people}
    assert found["persons"] == ("customer", True)
    assert found["again"] == ("customer", False)
    assert found["circle"] == ("round_a", True)


def test_last_non_direct_falls_back_to_direct_only_where_nothing_else_is(warehouse: Path) -> None:
    assert credited(warehouse, "mixed", "last_non_direct") == {"d1": "10.00"}
    assert credited(warehouse, "mixed", "last_touch") == {"d2": "10.00"}
    assert credited(warehouse, "only_direct", "last_non_direct") == {"d4": "10.00"}


def test_two_conversions_of_one_instant_share_their_touches(warehouse: Path) -> None:
    assert credited(warehouse, "same_1", "linear") == {"s1": "10.00"}
    assert credited(warehouse, "same_2", "linear") == {"s1": "20.00"}


def test_a_conversion_without_a_touch_is_unattributed_under_every_model_on_the_companys_day(warehouse: Path) -> None:
    found = rows(
        warehouse,
        """
        select model, touch_id, channel, campaign_id, credit, revenue_amount, date_day
        from marts.touch_credits where conversion_id = 'none'
        """,
    )
    assert len(found) == 11
    for row in found:
        assert (row["touch_id"], row["channel"], row["campaign_id"]) == (None, "unattributed", "unattributed")
        # half past ten in the evening, UTC, is the next day in Berlin
        assert (str(row["credit"]), str(row["revenue_amount"]), str(row["date_day"])) == (
            "1.000000000", "12.34", "2026-04-01",
        )  # fmt: skip


def test_negative_revenue_mirrors_the_positive(warehouse: Path) -> None:
    assert credited(warehouse, "negative", "linear") == {"n1": "-3.34", "n2": "-3.33", "n3": "-3.33"}
    assert credited(warehouse, "zero", "linear") == {"n1": "0.00", "n2": "0.00", "n3": "0.00"}


def test_foreign_revenue_takes_the_conversions_day_and_the_last_known_rate(warehouse: Path) -> None:
    # 10001 / 160 = 62.50625; its own margin 1600 / 160 = 10
    assert credited(warehouse, "yen", "last_touch") == {"y1": "62.51"}
    margin = "select margin_amount from marts.touch_credits where conversion_id = '{}' and model = 'last_touch'"
    assert value(warehouse, margin.format("yen")) == "10.00"
    assert value(warehouse, margin.format("persons")) == "5.00"


def test_a_restated_touch_counts_once_as_delivered_last_under_the_companys_channel(warehouse: Path) -> None:
    found = rows(warehouse, "select * from staging.stg_web__touchpoints where touch_id = 'r1'")
    assert [(str(row["date_day"]), row["channel"]) for row in found] == [("2026-03-05", "email")]


def test_a_rule_about_campaign_names_finds_the_campaigns_touches(warehouse: Path) -> None:
    channel = "select distinct channel from marts.touch_credits where touch_id = 'p1'"
    assert value(warehouse, channel) == "brand"


def test_journeys_that_do_not_convert_get_no_credit_and_no_revenue_is_lost(warehouse: Path) -> None:
    assert value(warehouse, "select count(*) from marts.touch_credits where touch_id = 'lonely'") == "0"
    # 100 + 10 + .05 + 10 + 20 + 7 + 10 + 10 + 70 + 10 + 20 + 12.34 - 10 + 0 + 62.51 + 10
    totals = rows(warehouse, "select model, sum(revenue_amount) as total from marts.touch_credits group by model")
    assert {row["model"]: str(row["total"]) for row in totals} == dict.fromkeys(
        ["first_touch", "last_touch", "last_non_direct", "linear", "position_based", "time_decay",
         "markov_1", "markov_2", "shapley", "data_driven", "data_driven_calibrated"], "341.90",
    )  # fmt: skip
