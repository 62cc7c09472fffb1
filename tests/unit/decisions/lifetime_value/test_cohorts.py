"""Values by cohort and campaign against what simulated customers went on to buy, by habits that no model assumes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.lifetime_value import Purchases, lifetime_values
from outlay.decisions.wording import lifetime_sentence
from tests.support.customers import ORIGIN, Shop, shop

AS_OF = ORIGIN + pd.Timedelta(days=30 * 365.25 / 12)
RATE = 0.1


@pytest.fixture(scope="module")
def found() -> tuple[Shop, pd.DataFrame]:
    of = shop(20_000, seed=1)
    values = lifetime_values(Purchases(of.purchases, AS_OF), of.acquisitions, of.costs, horizons=(1, 12, 24))
    return of, values


def judged(found: tuple[Shop, pd.DataFrame], horizon: int) -> pd.DataFrame:
    of, values = found
    true = of.value(horizon, RATE).rename("true").reset_index()
    own = values[values["horizon"] == horizon].merge(true, on=["cohort", "campaign"])
    return own[own["cohort"] >= "2024-06"].astype({"ltv": float, "ltv_low": float, "ltv_high": float})


def purchases(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer", "date", "margin"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def acquired(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["customer", "cohort", "campaign", "share"])


NO_COSTS = pd.DataFrame(
    {"cohort": pd.Series(dtype=str), "campaign": pd.Series(dtype=str), "cost": pd.Series(dtype=float)}
)


@pytest.mark.parametrize(("horizon", "apart"), [(12, 0.06), (24, 0.08)])
def test_values_of_cohorts_are_those_that_came(found: tuple[Shop, pd.DataFrame], horizon: int, apart: float) -> None:
    own = judged(found, horizon)
    weight = own["customers"] / (own["customers"] * own["true"]).sum()
    assert (weight * own["ltv"]).sum() / (weight * own["true"]).sum() == pytest.approx(1, abs=0.04)
    assert (weight * (own["ltv"] - own["true"]).abs()).sum() < apart


def test_bands_hold_what_came() -> None:
    inside = []
    for seed in (1, 2, 3):
        of = shop(12_000, seed)
        values = lifetime_values(Purchases(of.purchases, AS_OF), of.acquisitions, of.costs, horizons=(12, 18))
        for horizon in (12, 18):
            own = judged((of, values), horizon)
            inside += list((own["ltv_low"] <= own["true"]) & (own["true"] <= own["ltv_high"]))
    assert 0.7 < np.mean(inside) < 0.92


def test_what_is_past_is_counted_not_estimated(found: tuple[Shop, pd.DataFrame]) -> None:
    of, values = found
    old = values[(values["horizon"] == 12) & (values["cohort"] < "2024-01")]
    true = of.value(12, RATE).rename("true").reset_index()
    own = old.merge(true, on=["cohort", "campaign"])
    # A purchase in the month of age 12 counts as within it, wherever in the month.
    np.testing.assert_allclose(own["ltv"].astype(float), own["true"], rtol=0.02)
    assert (own["ltv"] == own["ltv_low"]).all()


def test_what_is_past_is_certain_also_where_no_cohort_is_large_enough_to_test() -> None:
    days = pd.date_range(ORIGIN, periods=12, freq="MS")
    bought = purchases(*((customer, str(day.date()), 10.0) for customer in ("a", "b") for day in days))
    won = acquired(("a", f"{ORIGIN:%Y-%m}", "x", 1.0), ("b", f"{ORIGIN:%Y-%m}", "y", 1.0))
    values = lifetime_values(Purchases(bought, AS_OF), won, NO_COSTS, horizons=(12, 24, 36))
    past, ahead = values[values["horizon"] <= 24], values[values["horizon"] == 36]
    assert (past["ltv_low"].notna() & (past["ltv_low"] == past["ltv"]) & (past["ltv_high"] == past["ltv"])).all()
    assert (ahead["ltv"].notna() & ahead["ltv_low"].isna() & ahead["ltv_low_reason"].notna()).all()


def test_a_shared_customer_counts_in_part_and_money_is_discounted() -> None:
    """Bought for 100 on the first day and 110 a year later at 10 % a year: 100 + 110 / 1.1 = 200, 70 : 30."""
    bought = purchases(("x", "2024-01-01", 100), ("x", "2024-12-31", 110))
    shares = acquired(("x", "2024-01", "one", 0.7), ("x", "2024-01", "two", 0.3))
    costs = pd.DataFrame({"cohort": "2024-01", "campaign": ["one", "two", "three"], "cost": [35.0, 45.0, 9.0]})
    known = Purchases(bought, pd.Timestamp("2025-06-01"))
    values = lifetime_values(known, shares, costs, horizons=(6, 12)).set_index(["campaign", "horizon"])
    assert values.loc[("one", 12), "ltv"] == pytest.approx(200, abs=0.1)
    assert values.loc[("one", 6), "ltv"] == pytest.approx(100)
    assert values.loc[("one", 12), "customers"] == pytest.approx(0.7)
    assert values.loc[("one", 12), "cac"] == pytest.approx(50)
    assert values.loc[("one", 12), "ltv_to_cac"] == pytest.approx(4, abs=0.01)
    assert values.loc[("one", 12), "payback_months"] == 0
    assert values.loc[("two", 12), "payback_months"] == 12
    three = values.loc[("three", 12)]
    assert three["customers"] == 0
    assert pd.isna(three["ltv"])
    assert three["ltv_reason"] == "no customer was acquired"


def test_ten_thousand_customers_with_one_purchase() -> None:
    names = [f"c{place}" for place in range(10_000)]
    bought = purchases(*[(name, "2025-03-01", 20.0) for name in names])
    shares = acquired(*[(name, "2025-03", "one", 1.0) for name in names])
    costs = pd.DataFrame({"cohort": ["2025-03"], "campaign": ["one"], "cost": [50_000.0]})
    value = lifetime_values(Purchases(bought, pd.Timestamp("2025-06-01")), shares, costs, horizons=(12,)).iloc[0]
    assert pd.isna(value["ltv"])
    assert value["observed"] == 20
    assert value["ltv_reason"].startswith("fewer than 20 repeat purchases")
    assert (value["cac"], value["payback_months"]) == (5, 0)
    said = lifetime_sentence(value.to_dict(), money=lambda amount: f"{amount:.0f} EUR")
    assert said.startswith("one, customers of 2025-03: value unknown, fewer than 20")


def test_nobody_bought_anything() -> None:
    values = lifetime_values(Purchases(purchases(), AS_OF), acquired(("x", "2025-01", "one", 1.0)), NO_COSTS)
    assert len(values) == 3
    assert values["ltv"].isna().all()
    assert (values["ltv_reason"] == "no customer was acquired").all()
    assert lifetime_values(Purchases(purchases(), AS_OF), acquired(), NO_COSTS).empty


def test_costs_that_cancel_and_crumbs_of_customers_are_told_apart_from_values() -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 in floats and nothing in money; a billionth of a customer has no worth to speak of."""
    bought = purchases(("x", "2024-01-01", 100))
    shares = acquired(("x", "2024-01", "one", 0.9), ("x", "2024-01", "two", 1e-9))
    costs = pd.DataFrame({"cohort": "2024-01", "campaign": ["one", "one", "one", "two"], "cost": [0.1, 0.2, -0.3, 9.0]})
    values = lifetime_values(Purchases(bought, pd.Timestamp("2025-06-01")), shares, costs, horizons=(12,))
    one, two = values.set_index("campaign").loc["one"], values.set_index("campaign").loc["two"]
    assert one["ltv"] == pytest.approx(100)
    assert pd.isna(one["ltv_to_cac"])
    assert one["cac_reason"] == "no cost is known"
    assert two[["ltv", "cac", "ltv_to_cac"]].isna().all()
    assert two["cac_reason"] == "hardly any part of a customer is credited"


def test_credits_do_not_break_it() -> None:
    of = shop(2_000, seed=4, months=30)
    of.purchases.loc[::17, "margin"] *= -1
    values = lifetime_values(Purchases(of.purchases, AS_OF), of.acquisitions, of.costs, horizons=(12,))
    assert values.loc[values["customers"] > 0, "ltv"].notna().all()
    assert np.isfinite(values["ltv"].dropna().astype(float)).all()


def test_nothing_after_the_day_is_known(found: tuple[Shop, pd.DataFrame]) -> None:
    of, values = found
    known = of.purchases[of.purchases["date"] <= AS_OF]
    again = lifetime_values(Purchases(known, AS_OF), of.acquisitions, of.costs, horizons=(1, 12, 24))
    pd.testing.assert_frame_equal(again, values)


def test_subscribers_renew_as_their_cohorts_did() -> None:
    """Monthly payments of 10; each renewal loses one in ten on average, those first who leave easily."""
    rng = np.random.default_rng(6)
    rows, shares = [], []
    for place in range(3_000):
        start = pd.Timestamp("2023-01-15") + pd.DateOffset(months=place % 24)
        stays = min(rng.geometric(rng.beta(1, 9)), 60)
        rows += [(place, start + pd.DateOffset(months=month), 10.0) for month in range(stays)]
        shares.append((place, start.strftime("%Y-%m"), "one", 1.0))
    bought = pd.DataFrame(rows, columns=["customer", "date", "margin"]).assign(billing_months=1)
    of = Shop(bought, acquired(*shares), NO_COSTS, {})  # type: ignore[arg-type]
    values = lifetime_values(Purchases(bought, pd.Timestamp("2025-01-01")), of.acquisitions, NO_COSTS, horizons=(12,))
    true = of.value(12, RATE).rename("true").reset_index()
    own = values.merge(true, on=["cohort", "campaign"])
    recent = own[own["cohort"] >= "2024-02"]
    assert recent["ltv"].astype(float).mean() == pytest.approx(recent["true"].mean(), rel=0.03)


@pytest.mark.parametrize(("change", "says"), [({"share": 1.2}, "share is from 0 to 1"), ({}, "a month or more")])
def test_arguments_that_mean_nothing_are_refused(change: dict[str, float], says: str) -> None:
    shares = acquired(("x", "2024-01", "one", 1.0)).assign(**change)
    with pytest.raises(ValueError, match=says):
        lifetime_values(Purchases(purchases(), AS_OF), shares, NO_COSTS, horizons=() if not change else (12,))


def test_purchases_and_subscriptions_are_told_apart_and_added_up() -> None:
    """A campaign that sells both is worth what both are worth when each is all there is."""
    of = shop(1_500, seed=4, months=30)
    rows = []
    rng = np.random.default_rng(3)
    for place in range(1_000):
        start = pd.Timestamp("2023-01-20") + pd.DateOffset(months=place % 24)
        stays = min(rng.geometric(0.2), 40)
        rows += [(f"s{place}", start + pd.DateOffset(months=month), 7.0) for month in range(stays)]
    paid = pd.DataFrame(rows, columns=["customer", "date", "margin"])
    paid = paid[paid["date"] <= AS_OF].assign(billing_months=1)
    first = paid.groupby("customer")["date"].min()
    won = pd.DataFrame({"customer": first.index, "cohort": first.dt.strftime("%Y-%m").to_numpy(), "campaign": "subs"})
    won["share"] = 1.0
    bought = of.purchases.assign(billing_months=np.nan, customer="b" + of.purchases["customer"].astype(str))
    shares = of.acquisitions.assign(customer="b" + of.acquisitions["customer"].astype(str))

    def values(*parts: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
        purchases, acquisitions = (pd.concat(frames, ignore_index=True) for frames in zip(*parts, strict=True))
        found = lifetime_values(Purchases(purchases, AS_OF), acquisitions, NO_COSTS, horizons=(12,))
        return found.set_index(["cohort", "campaign"])[["ltv", "ltv_low", "ltv_high"]].astype(float)

    both = values((bought, shares), (paid, won))
    alone = pd.concat([values((bought, shares)), values((paid, won))])
    assert set(both.index) == set(alone.index)
    np.testing.assert_allclose(both["ltv"], alone["ltv"].reindex(both.index), rtol=0.02, atol=0.2)


def test_what_cannot_be_told_of_subscribers_leaves_other_cells_alone() -> None:
    of = shop(2_000, seed=4, months=30)
    few = pd.DataFrame({"customer": -1, "date": pd.to_datetime(["2025-01-03"]), "margin": 5.0, "billing_months": 12})
    bought = pd.concat([of.purchases.assign(billing_months=np.nan), few])
    shares = pd.concat([of.acquisitions, acquired((-1, "2025-01", "yearly", 1.0))])  # type: ignore[arg-type]
    found = lifetime_values(Purchases(bought, AS_OF), shares, NO_COSTS, horizons=(12,)).set_index("campaign")
    assert pd.isna(found.loc["yearly", "ltv"])
    assert found.loc["yearly", "ltv_reason"].startswith("fewer than 20 repeat purchases")
    assert found.drop(index="yearly").query("customers > 0")["ltv"].notna().all()


def test_subscribers_of_whom_none_met_a_renewal_have_a_reason() -> None:
    days = pd.date_range("2025-01-01", periods=25, freq="D")
    bought = pd.DataFrame({"customer": 1, "date": days, "margin": 5.0, "billing_months": 12})
    shares = acquired((1, "2025-01", "yearly", 1.0))  # type: ignore[arg-type]
    (row,) = lifetime_values(Purchases(bought, AS_OF), shares, NO_COSTS, horizons=(12,)).to_dict("records")
    assert pd.isna(row["ltv"]) or row["ltv"] > 0
    assert pd.isna(row["ltv"]) == (not pd.isna(row["ltv_reason"]))
