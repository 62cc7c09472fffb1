"""What a company may choose: paths since the last conversion, paths without direct; and costs as a last resort."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.attribution.small_company import conversion, credited, touch
from tests.support.dbt_runs import build, rows
from tests.support.landing import write_landing

ROWS = {
    "touchpoints": [
        touch("e1", "u", "2026-03-01 08:00:00", campaign_id="c9", cost="0.125"),
        touch("e2", "u", "2026-03-10 08:00:00", cost="0.125"),
        touch("x1", "u", "2026-03-12 08:00:00", "direct"),
        # the very instant of the purchase belongs to it, not to the next one
        touch("e3", "u", "2026-03-15 08:00:00"),
        touch("e4", "u", "2026-03-18 08:00:00", cost="0.30"),
        touch("z1", "only_direct", "2026-03-18 08:00:00", "Direct"),
    ],
    "conversions": [
        conversion("sign_up", "u", "2026-03-05 08:00:00", "10.00", conversion_type="sign_up"),
        conversion("purchase", "u", "2026-03-15 08:00:00", "10.00", conversion_type="purchase"),
        conversion("next", "u", "2026-03-20 08:00:00", "10.00", conversion_type="purchase"),
        conversion("next_too", "u", "2026-03-20 08:00:00", "10.00", conversion_type="purchase"),
        conversion("direct", "only_direct", "2026-03-20 08:00:00", "10.00"),
    ],
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("settings")
    write_landing(folder / "landing", ROWS, as_of="2026-03-31", since_last_conversion=True, exclude_direct=True)
    build(folder / "landing", folder / "warehouse.duckdb", "--select", "+campaign_roi", command="run")
    return folder / "warehouse.duckdb"


def test_touches_count_since_the_last_conversion_of_the_same_type(warehouse: Path) -> None:
    assert list(credited(warehouse, "sign_up", "linear")) == ["e1"]
    assert list(credited(warehouse, "purchase", "linear")) == ["e1", "e2", "e3"]
    assert list(credited(warehouse, "next", "linear")) == ["e4"]


def test_two_conversions_of_one_instant_share_their_touches(warehouse: Path) -> None:
    assert credited(warehouse, "next", "linear") == credited(warehouse, "next_too", "linear") == {"e4": "10.00"}


def test_without_direct_touches_nothing_may_remain(warehouse: Path) -> None:
    for model in ("first_touch", "last_touch", "last_non_direct", "linear", "position_based", "time_decay"):
        assert credited(warehouse, "direct", model) == {None: "10.00"}


def test_a_company_without_any_spend_is_costed_by_its_touches_to_the_cent(warehouse: Path) -> None:
    found = rows(
        warehouse,
        "select campaign_id, cost_amount, cost_finality from marts.campaign_roi "
        "where period_kind = 'year' and model = 'linear' order by campaign_id",
    )
    # 0.125 rounds to 0.12; what that left over stands in the next cell: 0.55 in all
    assert [(row["campaign_id"], str(row["cost_amount"]), row["cost_finality"]) for row in found] == [
        ("(none)", "0.43", "touch_cost"),
        ("c9", "0.12", "touch_cost"),
        ("unattributed", "0.00", "no_cost"),
    ]


def test_without_a_margin_the_return_is_null_and_says_so(warehouse: Path) -> None:
    (row,) = rows(
        warehouse,
        "select margin_amount, margin_reason, roi, roi_reason, roas from marts.campaign_roi "
        "where period_kind = 'year' and model = 'linear' and campaign_id = 'c9'",
    )
    assert (row["margin_amount"], row["margin_reason"]) == (None, "margin_unknown")
    assert (row["roi"], row["roi_reason"]) == (None, "margin_unknown")
    # 10.00 + 3.34 of revenue on 0.12
    assert str(row["roas"]) == "111.166667"
