"""Planted causes, recovered from families of journeys of which the model does not know which one it sees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.attribution import DataDriven, calibrate, data_driven
from outlay.decisions.attribution.data_driven import ORGANIC
from tests.support.journeys import FAMILIES, Family, Journeys, generate
from tests.support.occasions import occasions


def distance(effects: pd.DataFrame, journeys: Journeys) -> float:
    """Total variation of channel shares, organic left out."""
    causes = journeys.causes.drop(ORGANIC)
    found = effects.set_index("member")["effect"].reindex(causes.index, fill_value=0.0)
    return float((causes / causes.sum() - found / found.sum()).abs().sum() / 2)


def calibrated(found: DataDriven, journeys: Journeys, seed: int) -> pd.DataFrame:
    """With two dark tests a channel, 10 % standard error each."""
    tests = journeys.dark_tests(np.random.default_rng(seed))
    predicted = -found.effects.set_index("member")["removal_loss"].reindex(tests["member"]).to_numpy()
    return calibrate(found.effects, tests.assign(predicted_delta=predicted))


def counted(*rows: tuple[str, str | None, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["member", "recency", "touches"])


def test_hazards_by_hand() -> None:
    """One of ten converts on their own, four of ten with a: hazards are the logarithms, and divide the conversions."""
    exposure = counted((ORGANIC, None, 2000), ("a", "day", 1000))
    alone = pd.DataFrame({"occasion": range(100), "member": ORGANIC, "recency": None, "touches": 1})
    with_a = pd.DataFrame({"occasion": range(100, 500), "member": ORGANIC, "recency": None, "touches": 1})
    a = with_a.assign(member="a", recency="day")
    found = data_driven(exposure, pd.concat([alone, with_a, a]), factors=["recency"], optional_factors=[])
    hazards = found.hazards.set_index("member")["hazard"]
    own, both = -np.log(0.9), -np.log(0.6)
    assert hazards[ORGANIC] == pytest.approx(own, rel=1e-5)
    assert hazards["a"] == pytest.approx(both - own, rel=1e-5)
    effects = found.effects.set_index("member")
    assert effects.loc["a", "effect"] == pytest.approx(400 * (1 - own / both), rel=1e-5)
    assert effects["effect"].sum() == pytest.approx(500)
    assert effects["share"].sum() == pytest.approx(1)
    # Of 400 conversions with a, those are lost that a alone caused: 300 of 1000.
    assert effects.loc["a", "removal_loss"] == pytest.approx(300, rel=1e-4)


@pytest.mark.parametrize(
    ("family", "fitted", "tested"),
    [("independent", 0.07, 0.06), ("last_cause", 0.05, 0.05), ("confounded", 0.20, 0.06), ("mixture", 0.11, 0.06)],
)
def test_planted_causes_are_recovered(family: Family, fitted: float, tested: float) -> None:
    journeys = generate(family, 100_000, seed=1)
    found = data_driven(*occasions(journeys))
    assert found.effects["effect"].sum() == pytest.approx(len(journeys.conversions))
    assert distance(found.effects, journeys) <= fitted
    assert distance(calibrated(found, journeys, seed=1), journeys) <= tested


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("family", "fitted", "tested"),
    [("independent", 0.03, 0.03), ("last_cause", 0.02, 0.02), ("confounded", 0.25, 0.06), ("mixture", 0.12, 0.06)],
)
def test_planted_causes_are_recovered_from_a_million_touches(
    family: Family, fitted: float, tested: float, seed: int
) -> None:
    journeys = generate(family, 1_000_000, seed=seed)
    found = data_driven(*occasions(journeys))
    assert distance(found.effects, journeys) <= fitted
    assert distance(calibrated(found, journeys, seed + 100), journeys) <= tested


def test_paths_cut_at_the_conversion_tell_the_same_as_whole_histories() -> None:
    cut, whole = (data_driven(*occasions(generate("last_cause", 100_000, 2, whole=whole))) for whole in (False, True))
    np.testing.assert_allclose(cut.effects["share"], whole.effects["share"], atol=0.01)


def test_journeys_of_a_usual_length_need_the_position() -> None:
    journeys = generate("independent", 100_000, seed=1, usual_length=True)
    statistics = occasions(journeys)
    found = data_driven(*statistics)
    assert found.factors == ("interaction", "recency", "repeat", "position")
    assert distance(found.effects, journeys) <= 0.07
    assert distance(data_driven(*statistics, optional_factors=[]).effects, journeys) > 0.08


def test_the_kind_and_age_of_touches_are_learnt() -> None:
    found = data_driven(*occasions(generate("last_cause", 100_000, seed=1)))
    hazard = found.hazards.query("member == 'paid_social'").set_index(["interaction", "recency", "repeat"])["hazard"]
    clicked = hazard["click", "opening", "first"]
    assert hazard["view", "opening", "first"] / clicked == pytest.approx(0.3, abs=0.15)
    assert hazard["click", "opening", "second"] / clicked == pytest.approx(0.5, abs=0.2)
    assert hazard["click", "day", "first"] / clicked < 0.1


@pytest.mark.parametrize("family", FAMILIES)
def test_the_published_error_covers_what_is_not_tested(family: Family) -> None:
    journeys = generate(family, 50_000, seed=5)
    found = data_driven(*occasions(journeys)).effects.set_index("member")
    off = (found["share"] - journeys.causes / journeys.causes.sum()).abs() / found["standard_error"]
    assert (off < 2).all()
    assert (found["standard_error"] >= found["sampling_error"]).all()


@pytest.mark.parametrize(("touched", "bought"), [(1000, 1000), (1000, 999), (1, 1)])
def test_where_all_met_the_one_channel_nothing_is_known_and_no_error_exceeds_that(touched: int, bought: int) -> None:
    """Nobody did without a, so the data cannot tell it from organic: halves, with errors of half of everything."""
    exposure = counted((ORGANIC, None, touched), ("a", "day", touched))
    sold = [counted((ORGANIC, None, 1), ("a", "day", 1)).assign(occasion=occasion) for occasion in range(bought)]
    found = data_driven(exposure, pd.concat(sold), factors=["recency"], optional_factors=[]).effects
    np.testing.assert_allclose(found["share"], 0.5, atol=1e-6)
    np.testing.assert_allclose(found["sampling_error"], 0.5)
    np.testing.assert_allclose(found["standard_error"], 0.5)
    np.testing.assert_allclose(found["effect_error"], 0.5 * bought)


def test_sampling_errors_are_how_far_shares_scatter() -> None:
    runs = [data_driven(*occasions(generate("last_cause", 20_000, seed)), optional_factors=[]) for seed in range(12)]
    shares = np.array([run.effects["share"] for run in runs])
    errors = np.array([run.effects["sampling_error"] for run in runs])
    ratio = shares.std(axis=0, ddof=1) / errors.mean(axis=0)
    assert 0.7 < np.sqrt((ratio**2).mean()) < 1.4


def test_sixty_campaigns_add_up_to_their_channels() -> None:
    journeys = generate("last_cause", 100_000, seed=4)
    ad = np.random.default_rng(4).integers(0, 5, len(journeys.touches)).astype(str)
    journeys.touches["campaign"] = journeys.touches["channel"] + "/" + ad
    found = data_driven(*occasions(journeys, "campaign")).effects
    by_channel = found.assign(member=found["member"].str.split("/").str[0]).groupby("member", as_index=False).sum()
    assert len(found) == 61
    assert distance(by_channel, journeys) <= 0.05


def test_the_same_statistics_give_the_same_answer_in_any_order() -> None:
    exposure, converted = occasions(generate("mixture", 20_000, seed=6))
    one = data_driven(exposure, converted)
    other = data_driven(exposure.sample(frac=1, random_state=1), converted.sample(frac=1, random_state=1))
    np.testing.assert_allclose(other.effects["share"], one.effects["share"], atol=1e-6)
    assert other.effects["member"].tolist() == one.effects["member"].tolist()


def test_statistics_that_do_not_fit_together_are_refused() -> None:
    exposure, converted = occasions(generate("last_cause", 2_000, seed=1))
    with pytest.raises(ValueError, match="one organic touch"):
        data_driven(exposure, converted[converted["member"] != ORGANIC])
    with pytest.raises(ValueError, match="the exposure does not hold"):
        data_driven(exposure[exposure["member"] != "shopping"], converted)
    with pytest.raises(ValueError, match="more touches in converted occasions than in all"):
        data_driven(exposure.assign(touches=0), converted)
    with pytest.raises(ValueError, match="nobody converted"):
        data_driven(exposure, converted.iloc[:0])
