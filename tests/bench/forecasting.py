"""What the spend forecast is worth: simulated companies, asked on days of their last eight months as they were then.

Every answer is a call with what was known that evening, nothing later; so the weights, the intervals and the event
factors are fitted anew each time.
"""

from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.forecasting import Forecast, forecast
from tests.support.spending import BAD_PLAN, GOOD_PLAN, Spending, simulate

SEEDS = tuple(range(101, 121))  # of companies on which nothing was tuned; 160 totals tell coverage to 3 points
DAYS_KNOWN = (0, 10, 20)
TEST_MONTHS = 8
GOALS = {0: (14.0, 6.0), 10: (9.0, 4.5), 20: (5.0, 2.5)}  # WAPE in %, per channel and in total
_SERIES = 1000


def measure(seeds: tuple[int, ...] = SEEDS) -> None:
    """Print accuracy and coverage against their goals for a good and a bad plan, and the time of a thousand series."""
    for name, difficulty in (("good plan", GOOD_PLAN), ("bad plan", BAD_PLAN)):
        scores = {seed: scored(simulate(seed, difficulty=difficulty)) for seed in seeds}
        for days in DAYS_KNOWN:
            _tell(name, days, {seed: frame[frame["days"] == days] for seed, frame in scores.items()})
    print(f"forecasting: {_SERIES} series, eight months of back-test: {seconds(_SERIES):.2f} CPU-seconds (goal 1)")


def scored(company: Spending) -> pd.DataFrame:
    """One row a test month, days known and row of the forecast: forecast, low, high, run_rate and what it came to."""
    actual = company.actuals()
    departments = actual.groupby(["department_id", "period_id"], as_index=False)["actual"].sum()
    totals = actual.groupby("period_id", as_index=False)["actual"].sum()
    actual = pd.concat([actual, departments.assign(channel="(all)")])
    actual = pd.concat([actual, totals.assign(department_id="(all)", channel="(all)")])
    said = []
    for month in range(len(company.periods) - TEST_MONTHS, len(company.periods)):
        start = company.periods["start_date"].iloc[month].date()
        for days in DAYS_KNOWN:
            frame = asked(company, start + timedelta(days - 1)).forecasts
            said.append(frame[frame["period_id"] == company.periods["period_id"].iloc[month]].assign(days=days))
    return pd.concat(said).merge(actual, on=["department_id", "channel", "period_id"], how="left").fillna({"actual": 0})


def asked(company: Spending, day: date) -> Forecast:
    """The forecast made in the evening of a day, up to the end of the month after it."""
    known = company.known_on(day)
    months = company.periods[company.periods["start_date"] <= pd.Timestamp(day) + pd.Timedelta(days=1)]
    return forecast(known.spend, known.flights, known.budgets, months, known.events, pd.Timestamp(day))


def seconds(series: int) -> float:
    """CPU time of a forecast of so many series: the best of four calls, without imports and noisy neighbours."""
    company = simulate(1, channels=series)
    day = company.periods["start_date"].iloc[-4].date() + timedelta(9)
    known = company.known_on(day)
    months = company.periods.iloc[: len(company.periods) - 3]
    took = []
    for _ in range(4):
        started = time.process_time()
        forecast(known.spend, known.flights, known.budgets, months, known.events, pd.Timestamp(day))
        took.append(time.process_time() - started)
    return min(took)


def _tell(name: str, days: int, scores: dict[int, pd.DataFrame]) -> None:
    for level, goal in zip(("channel", "total"), GOALS[days], strict=True):
        rows = {seed: frame[frame["level"] == level] for seed, frame in scores.items()}
        ours, theirs = ({seed: _wape(row, by) for seed, row in rows.items()} for by in ("forecast", "run_rate"))
        held = np.concatenate([_held(row) for row in rows.values()])
        against = f"goal {goal:g}" if name == "good plan" else "goal: below the run rate"
        print(
            f"forecasting: {name}, day {days}, {'per channel' if level == 'channel' else 'in total'}: "
            f"WAPE {np.mean(list(ours.values())):.1f} % ({against}; seeds {_seeds(ours)}), "
            f"run rate {np.mean(list(theirs.values())):.1f} %; "
            f"80 % interval held {held.mean():.1%} of {len(held)} (goal 76 to 86 %)"
        )


def _seeds(values: dict[int, float]) -> str:
    return ", ".join(f"{seed}: {value:.1f}" for seed, value in values.items())


def _wape(rows: pd.DataFrame, by: str) -> float:
    return float(100 * (rows[by] - rows["actual"]).abs().sum() / rows["actual"].abs().sum())


def _held(rows: pd.DataFrame) -> NDArray[np.bool_]:
    given = rows.dropna(subset=["low"])
    return given["actual"].between(given["low"], given["high"]).to_numpy()
