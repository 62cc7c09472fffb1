"""What SQL counts for the fits, against arrays on the same simulated journeys; credits, against the fit's own sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.attribution import calibrate, data_driven, markov, shapley
from tests.integration.attribution.small_company import conversion, touch
from tests.support.dbt_runs import build, rows
from tests.support.journeys import Journeys, generate
from tests.support.landing import write_landing
from tests.support.occasions import occasions

START = datetime.fromisoformat("2026-03-01")
FACTORS = ["member", "interaction", "recency", "repeat", "position"]
LIFT_TEST = {
    "test_id": "dark", "channel": "retargeting", "start_date": "2026-03-05", "end_date": "2026-03-19",
    "spend_delta": "-300", "currency": "EUR", "outcome_delta": "-2", "standard_error": "0.5",
}  # fmt: skip


def at(hours: float) -> str:
    return str(START + timedelta(microseconds=round(hours * 3_600_000_000)))


@pytest.fixture(scope="module")
def journeys() -> Journeys:
    """Of people whose journey lies within 29 days: nothing is forgotten, nothing lies beyond the window."""
    drawn = generate("mixture", 6000, seed=3)
    last = drawn.touches.groupby("customer")["at"].transform("max")
    touches = drawn.touches[last < 29 * 24].reset_index(drop=True)
    conversions = drawn.conversions[drawn.conversions["customer"].isin(set(touches["customer"]))]
    return Journeys(touches, conversions.reset_index(drop=True), drawn.causes, drawn.losses)


@pytest.fixture(scope="module")
def warehouse(journeys: Journeys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    touches = [
        touch(f"{place:05}", f"u{one.customer}", at(one.at), one.channel, interaction=one.interaction)
        for place, one in enumerate(journeys.touches.itertuples())
    ]
    conversions = [
        conversion(f"k{one.customer}", f"u{one.customer}", at(one.at), "9.99")
        for one in journeys.conversions.itertuples()
    ]
    campaign = {"platform": "meta_ads", "campaign_id": "r1", "name": "R", "channel": "retargeting"}
    spend = {"platform": "meta_ads", "account_id": "a", "campaign_id": "r1", "currency": "EUR"}
    landed = {
        "touchpoints": touches,
        "conversions": conversions,
        "campaigns": [campaign],
        "platform_spend": [{**spend, "date_day": f"2026-03-{day:02}", "spend": "50"} for day in range(1, 31)],
        "lift_tests": [LIFT_TEST],
    }
    write_landing(folder / "landing", landed, as_of="2026-03-31", view_window_days=30)
    selection = ("--select", "+touch_credits", "attribution_effects", "--exclude-resource-type", "unit_test")
    build(folder / "landing", folder / "warehouse.duckdb", *selection, "--indirect-selection", "buildable")
    return folder / "warehouse.duckdb"


def keyed(found: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(None if pd.isna(part) else str(part) for part in found)


def test_occasions_are_counted_as_arrays_count_them(warehouse: Path, journeys: Journeys) -> None:
    reference = occasions(journeys)
    found = pd.DataFrame(rows(warehouse, "select * from intermediate.int_occasions_counted"))
    totals: Counter[tuple[Any, ...]] = Counter()
    for row in found.itertuples():
        totals[keyed(getattr(row, name) for name in FACTORS)] += row.touches
    assert totals == {keyed(row[name] for name in FACTORS): row["touches"] for row in reference.exposure.reindex(
        columns=[*FACTORS, "touches"]).to_dict("records")}  # fmt: skip

    def told(frame: pd.DataFrame) -> Counter[tuple[Any, ...]]:
        return Counter({(int(row["occasion"]), *keyed(row[name] for name in FACTORS)): row["touches"]
                        for row in frame.to_dict("records")})  # fmt: skip

    assert told(found[found["occasion"].notna()]) == told(
        reference.converted.reindex(columns=["occasion", *FACTORS, "touches"])
    )


def channel_credits(warehouse: Path, model: str) -> dict[str, float]:
    found = rows(
        warehouse,
        f"select channel, sum(credit) as credit from marts.touch_credits where model = '{model}' group by channel",
    )
    return {row["channel"]: float(row["credit"]) for row in found}


def fitted_effects(warehouse: Path, model: str, column: str) -> pd.Series:
    found = rows(
        warehouse,
        f"select member, {column} as figure from marts.attribution_effects "
        f"where model = '{model}' and level = 'channel' order by member",
    )
    return pd.Series({row["member"]: row["figure"] for row in found}, dtype=float)


def test_credits_of_channels_sum_to_what_the_fit_says_they_caused(warehouse: Path, journeys: Journeys) -> None:
    """The fit divides converted occasions, SQL divides conversions touch by touch: the sums are the same."""
    effects = data_driven(*occasions(journeys)).effects.set_index("member")
    assert channel_credits(warehouse, "data_driven") == pytest.approx(effects["effect"].to_dict(), abs=2e-4)
    assert fitted_effects(warehouse, "data_driven", "share").to_dict() == pytest.approx(
        effects["share"].to_dict(), abs=1e-6
    )


def test_a_lift_test_corrects_its_channel_by_what_its_spend_would_have_lost(
    warehouse: Path, journeys: Journeys
) -> None:
    """300 of the 1500 spent: a fifth of the removal loss was to be expected, two conversions were measured."""
    effects = data_driven(*occasions(journeys)).effects
    loss = effects.set_index("member").loc["retargeting", "removal_loss"]
    told = pd.DataFrame(
        [{"member": "retargeting", "outcome_delta": -2.0, "standard_error": 0.5, "predicted_delta": -loss / 5}]
    )
    expected = calibrate(effects, told).set_index("member")["share"]
    for model in ("data_driven", "data_driven_calibrated"):
        assert fitted_effects(warehouse, model, "calibrated_share").to_dict() == pytest.approx(
            expected.to_dict(), abs=1e-6
        )
    assert channel_credits(warehouse, "data_driven_calibrated") != channel_credits(warehouse, "data_driven")


def walks(journeys: Journeys) -> list[tuple[list[str], bool]]:
    """The touches of each person up to the conversion, and those after it, as a journey that did not convert."""
    bought = journeys.conversions.set_index("customer")["at"]
    found = []
    for customer, group in journeys.touches.groupby("customer", sort=False):
        instant = bought.get(customer, -np.inf)
        before, after = group[group["at"] <= instant], group[group["at"] > instant]
        found += [(before["channel"].tolist(), True)] if len(before) else []
        found += [(after["channel"].tolist(), False)] if len(after) else []
    return found


@pytest.mark.parametrize("order", [1, 2])
def test_markov_effects_are_those_of_the_journeys_walked_one_by_one(
    warehouse: Path, journeys: Journeys, order: int
) -> None:
    moves: Counter[tuple[str, ...]] = Counter()
    for channels, converted in walks(journeys):
        states = [*["(start)"] * order, *channels, "(conversion)" if converted else "(null)"]
        moves.update(tuple(states[place : place + order + 1]) for place in range(len(states) - order))
    names = [f"from_{place}" for place in range(1, order + 1)]
    frame = pd.DataFrame([(*move, count) for move, count in moves.items()], columns=[*names, "to", "transitions"])
    expected = markov(frame, order=order).set_index("member")["effect"]
    found = fitted_effects(warehouse, f"markov_{order}", "removal_effect")
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=1e-11)


def test_shapley_values_are_those_of_the_sets_met(warehouse: Path, journeys: Journeys) -> None:
    members = sorted(set(journeys.touches["channel"]))
    seen: Counter[int] = Counter()
    won: Counter[int] = Counter()
    for channels, converted in walks(journeys):
        mask = sum(1 << members.index(channel) for channel in set(channels))
        seen[mask] += 1
        won[mask] += converted
    frame = pd.DataFrame([(mask, count, won[mask]) for mask, count in seen.items()])
    frame.columns = pd.Index(["members_mask", "journeys", "conversions"])
    expected = shapley(frame, members).set_index("member")["effect"]
    assert fitted_effects(warehouse, "shapley", "shapley_value").to_dict() == pytest.approx(
        expected.to_dict(), abs=1e-11
    )
