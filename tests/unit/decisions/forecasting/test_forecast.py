"""The forecast against answers worked out by hand, against planted ones, and where there is nothing to go by."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from outlay.decisions.forecasting import ALL, NEVER_ACTIVE, Forecast, forecast
from tests.support.spending import simulate

FIRST = date(2024, 1, 1)
AS_OF = pd.Timestamp(2024, 12, 10)
NO_EVENTS = pd.DataFrame({"date_day": pd.to_datetime([]), "event": pd.Series(dtype="str")})
FLIGHTS = ["department_id", "channel", "campaign_id", "start_date", "end_date", "planned_amount", "announced_on"]
BUDGETS = ["department_id", "channel", "period_id", "amount", "known_from"]


def months(first: int = 1, last: int = 15) -> pd.DataFrame:
    """Calendar months from January 2024 on, with their quarters and years."""
    starts = pd.date_range("2024-01-01", periods=last, freq="MS", unit="us")[first - 1 :]
    return pd.DataFrame(
        {
            "period_id": starts.strftime("%Y-%m"),
            "quarter_id": starts.to_period("Q").astype(str),
            "year_id": starts.strftime("%Y"),
            "start_date": starts,
            "end_date": starts + pd.offsets.MonthEnd(0),
        }
    )


def daily(channel: str, amounts: list[float], campaign: str = "", first: date = FIRST) -> pd.DataFrame:
    days = pd.to_datetime([first + timedelta(number) for number in range(len(amounts))])
    frame = pd.DataFrame({"campaign_id": campaign, "date_day": days, "amount": amounts})
    return frame.assign(department_id="D1", channel=channel, spend_category="media")


def rows(kind: list[str], *values: tuple[object, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(list(values), columns=kind)
    for column in ("start_date", "end_date", "announced_on", "known_from"):
        if column in frame:
            frame[column] = pd.to_datetime(frame[column])
    return frame.assign(spend_category="media").astype({"planned_amount" if kind is FLIGHTS else "amount": float})


def run(spend: pd.DataFrame, flights: pd.DataFrame | None = None, budgets: pd.DataFrame | None = None) -> Forecast:
    none, nothing = rows(FLIGHTS), rows(BUDGETS)
    return forecast(
        spend,
        none if flights is None else flights,
        nothing if budgets is None else budgets,
        months(),
        NO_EVENTS,
        AS_OF,
    )


def row(frame: pd.DataFrame, period: str, channel: str = ALL) -> pd.Series:
    found = frame[(frame["period_id"] == period) & (frame["channel"] == channel) & (frame["level"] != "category")]
    return found[found["department_id"] == ("D1" if channel != ALL else ALL)].iloc[0]


def test_even_spend_goes_on_to_the_end_of_month_quarter_and_year() -> None:
    made = run(daily("search", [100.0] * 345)).forecasts
    assert row(made, "2024-12", "search")["forecast"] == pytest.approx(3100.0, abs=0.01)
    assert row(made, "2024Q4")["forecast"] == pytest.approx(9200.0, abs=0.01)
    assert row(made, "2024")["forecast"] == pytest.approx(36600.0, abs=0.01)
    assert row(made, "2025-01")["forecast"] == pytest.approx(3100.0, abs=0.01)
    assert row(made, "2024-12")["known"] == 1000.0
    assert row(made, "2024-12")["days_known"] == 10


def test_weekdays_keep_their_shape() -> None:
    """Weekends cost half: the rest of December 2024 has 15 working days and 6 of the weekend."""
    shape = [50.0 if (FIRST + timedelta(number)).weekday() >= 5 else 100.0 for number in range(345)]
    december = row(run(daily("search", shape)).forecasts, "2024-12")
    assert december["forecast"] - december["known"] == pytest.approx(15 * 100 + 6 * 50, rel=0.005)


def test_a_planned_flight_comes_on_top_and_the_run_rate_does_not_know_it() -> None:
    spend = pd.concat([daily("search", [100.0] * 345), *past_flights()])
    flight = ("D1", "search", "new", "2024-12-16", "2024-12-25", 4000.0, "2024-12-01")
    made = run(spend, rows(FLIGHTS, *past_plans(), flight)).forecasts
    december = row(made, "2024-12", "search")
    base = 3100.0
    assert december["run_rate"] < base + 1500
    assert base + 2200 < december["forecast"] < base + 4100
    assert december["weight_plan"] + december["weight_budget"] > 0.6
    earlier = run(spend, rows(FLIGHTS, *past_plans(), (*flight[:6], "2024-12-11"))).forecasts
    assert row(earlier, "2024-12", "search")["forecast"] == pytest.approx(base, rel=0.2)


def past_flights() -> list[pd.DataFrame]:
    """One flight of ten days in every month up to November, 200 a day, as planned."""
    starts = [date(2024, month, 8 + month % 5) for month in range(1, 12)]
    return [daily("search", [200.0] * 10, f"f{start:%m}", start) for start in starts]


def past_plans() -> list[tuple[object, ...]]:
    starts = [date(2024, month, 8 + month % 5) for month in range(1, 12)]
    return [("D1", "search", f"f{one:%m}", one, one + timedelta(9), 2000.0, one - timedelta(20)) for one in starts]


def test_a_halved_budget_halves_what_is_to_come() -> None:
    """Every month spends 90 % of its budget; January's is half of December's."""
    budgets = [("D1", "search", name, 3000.0, "2023-12-01") for name in months()["period_id"][:12]]
    budgets += [("D1", "search", "2025-01", 1500.0, "2024-11-01")]
    spend = daily("search", [2700.0 / pd.Timestamp(d).days_in_month for d in pd.date_range(FIRST, AS_OF)])
    made = run(spend, budgets=rows(BUDGETS, *budgets)).forecasts
    assert row(made, "2024-12")["forecast"] == pytest.approx(2700.0, rel=0.01)
    assert row(made, "2025-01")["forecast"] < 0.85 * 2700.0


def test_children_sum_to_their_parents_to_the_cent() -> None:
    company = simulate(5, channels=12, months=20)
    day = company.periods["start_date"].iloc[17] + pd.Timedelta(days=11)
    known = company.known_on(day.date())
    made = forecast(known.spend, known.flights, known.budgets, company.periods, known.events, day).forecasts
    cents = made.assign(cents=(made["forecast"] * 100).round().astype("int64"))
    sums = cents.groupby(["period_id", "level"])["cents"].sum().unstack()
    assert (sums["channel"] == sums["total"]).all()
    assert (sums["department"] == sums["total"]).all()
    assert (sums["category"] == sums["total"]).all()
    assert (made["low"] <= made["forecast"]).all()
    assert (made["forecast"] <= made["high"]).all()


@pytest.mark.parametrize("days", [0, 10, 28])
def test_nothing_later_than_the_day_is_read(days: int) -> None:
    """The same answer from what was known then and from all that ever happened."""
    company = simulate(7, channels=6, months=16)
    day = company.periods["start_date"].iloc[13] + pd.Timedelta(days=days - 1)
    known = company.known_on(day.date())
    then = forecast(known.spend, known.flights, known.budgets, company.periods, known.events, day)
    now = forecast(company.spend, company.flights, company.budgets, company.periods, company.events, day)
    pd.testing.assert_frame_equal(then.forecasts, now.forecasts)
    pd.testing.assert_frame_equal(then.accuracy, now.accuracy)


AWKWARD = {
    "one day": [250.0],
    "all zero": [0.0] * 345,
    "only credits": [0.0] * 100 + [-40.0] * 245,
    "credits among spend": [100.0, -30.0, 80.0] * 115,
    "stopped in spring": [100.0] * 90 + [0.0] * 255,
    "once a month": ([900.0] + [0.0] * 29) * 11 + [900.0] * 15,
    "tiny": [0.01] * 345,
    "huge": [1e12] * 345,
}


@pytest.mark.parametrize("amounts", AWKWARD.values(), ids=AWKWARD.keys())
def test_awkward_series_have_a_finite_forecast(amounts: list[float]) -> None:
    made = run(pd.concat([daily("odd", amounts), daily("search", [100.0] * 345)])).forecasts
    assert np.isfinite(made[["forecast", "known", "run_rate", "weight_plan"]].to_numpy()).all()
    odd = made[made["channel"] == "odd"]
    assert (odd["low"].isna() == odd["interval_basis"].str.startswith(("fewer", "never"))).all()
    assert row(made, "2024-12", "search")["forecast"] == pytest.approx(3100.0, rel=0.01)


def test_stopped_series_is_not_expected_to_spend() -> None:
    made = run(daily("search", [100.0] * 90 + [0.0] * 255)).forecasts
    assert row(made, "2024-12", "search")["forecast"] == pytest.approx(0.0, abs=1.0)


def test_credits_may_take_a_forecast_below_what_is_spent_and_spend_may_not() -> None:
    made = run(daily("odd", AWKWARD["only credits"])).forecasts
    assert row(made, "2024-12", "odd")["forecast"] < row(made, "2024-12", "odd")["known"] < 0


def test_what_credits_take_back_whole_was_nothing_and_has_no_error_as_a_part_of_it() -> None:
    """Sums of floats leave 1e-13 where cents cancel: an error as a part of that had 16 digits."""
    days = [FIRST + timedelta(number) for number in range(345)]
    taken_back = {1: 0.1, 2: 0.2, 3: -0.3}
    once = [0.3 if day.day == 1 else 0.0 for day in days]
    spend = pd.concat(
        [
            daily("search", [taken_back.get(day.day, 0.0) * day.month for day in days]),
            daily("video", once),
            daily("audio", once),
            daily("social", [-2 * one for one in once]),
        ]
    )
    with np.errstate(all="raise"):
        made = run(spend)
    assert made.accuracy["wape"].max() < 1e3
    assert made.accuracy["wape_of_channels"].max() < 1e3


def test_a_channel_that_was_never_active_says_so() -> None:
    budgets = rows(
        BUDGETS, ("D1", "radio", "2024-12", 0.0, "2024-01-01"), ("D1", "print", "2024-12", 600.0, "2024-01-01")
    )
    made = run(daily("search", [100.0] * 345), budgets=budgets).forecasts
    radio, planned = row(made, "2024-12", "radio"), row(made, "2024-12", "print")
    assert (radio["forecast"], radio["reason"]) == (0.0, NEVER_ACTIVE)
    assert pd.isna(radio["low"])
    assert planned["forecast"] > 0
    assert pd.isna(planned["reason"])


def test_a_company_without_anything_answers_with_no_rows_or_nothing_to_come() -> None:
    empty = daily("search", [])
    assert run(empty).forecasts["forecast"].sum() == 0
    made = run(empty, budgets=rows(BUDGETS, ("D1", "search", "2024-12", 3100.0, "2024-12-01"))).forecasts
    # Spent evenly, 21 days of 31 are to come; made good to the end, all of it.
    assert 2100.0 <= row(made, "2024-12", "search")["forecast"] <= 3100.0
    assert row(made, "2024-12", "search")["interval_basis"] == "fewer than 100 residuals"


def test_a_budget_is_expected_to_be_spent_on_the_eve_of_its_first_period() -> None:
    budgets = rows(BUDGETS, ("D1", "search", "2024-12", 3100.0, "2024-11-01"))
    eve = pd.Timestamp(2024, 11, 30)
    made = forecast(daily("search", []), rows(FLIGHTS), budgets, months(first=12), NO_EVENTS, eve).forecasts
    assert row(made, "2024-12", "search")["forecast"] == pytest.approx(3100.0, abs=0.01)


def test_the_first_month_of_a_company_has_no_interval_and_says_so() -> None:
    spend = daily("search", [100.0] * 10, first=date(2024, 12, 1))
    made = run(spend)
    assert row(made.forecasts, "2024-12", "search")["forecast"] == pytest.approx(3100.0, abs=0.01)
    assert made.forecasts["low"].isna().all()
    assert set(made.forecasts["interval_basis"]) == {"fewer than 100 residuals"}
    assert made.accuracy.empty


def test_periods_must_tile_and_hold_tomorrow() -> None:
    spend = daily("search", [100.0] * 345)
    with pytest.raises(ValueError, match="gap or overlap"):
        forecast(spend, rows(FLIGHTS), rows(BUDGETS), months().drop(index=3), NO_EVENTS, AS_OF)
    with pytest.raises(ValueError, match="no period holds 2024-12-11"):
        forecast(spend, rows(FLIGHTS), rows(BUDGETS), months(last=11), NO_EVENTS, AS_OF)


def test_rows_in_any_order_give_the_same_answer() -> None:
    company = simulate(9, channels=5, months=14)
    day = company.periods["start_date"].iloc[12] + pd.Timedelta(days=5)
    shuffled = company.spend.sample(frac=1, random_state=1)
    one = forecast(company.spend, company.flights, company.budgets, company.periods, company.events, day)
    two = forecast(shuffled, company.flights, company.budgets.iloc[::-1], company.periods, company.events, day)
    pd.testing.assert_frame_equal(one.forecasts, two.forecasts)
