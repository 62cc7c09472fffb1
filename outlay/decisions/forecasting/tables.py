"""A run's forecast as one table: what is forecast, and how good forecasts made in the same way were."""

from __future__ import annotations

import pandas as pd

from outlay.decisions.forecasting.forecast import NEVER_ACTIVE, forecast

LEAST_PERIODS_AHEAD = 3
# What the columns of the forecast's frames are called in the tables.
_FORECAST_NAMES = {
    "forecast": "forecast_amount",
    "known": "actual_to_date_amount",
    "run_rate": "run_rate_amount",
}
_ACCURACY_NAMES = {
    "periods": "scored_periods",
    "forecast": "forecast_amount",
    "actual": "actual_amount",
    "intervals": "scored_intervals",
}
# Shares of a period that were known stand for days_known, which differs by a day or so between periods.
_NOT_TOLD = ["share_known"]


def forecast_table(
    spend: pd.DataFrame,
    flights: pd.DataFrame,
    budgets: pd.DataFrame,
    calendar: pd.DataFrame,
    events: pd.DataFrame,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """The forecast of every open period, and its scores, told apart by `told`: forecast or accuracy.

    The frames are those of `forecast`, their amounts of any numeric type, their days in any order; `calendar` holds the
    fiscal periods (period_id, quarter_id, year_id, start_date, end_date), with those before the first spend and after
    the last that is wanted. Accuracy stands for the last period that is over.
    """
    spend, flights, budgets = (_as_floats(frame) for frame in (spend, flights, budgets))
    first = spend["date_day"].min() if len(spend) else None
    periods = open_periods(calendar, as_of, first=first)
    made = forecast(spend, flights, budgets, periods, events, as_of)
    over = calendar[calendar["end_date"] <= as_of].sort_values("end_date")
    forecasts = made.forecasts.rename(columns=_FORECAST_NAMES).assign(told="forecast")
    forecasts["method"] = forecasts["reason"].eq(NEVER_ACTIVE).map({True: "none", False: "stacked"})
    accuracy = made.accuracy.rename(columns=_ACCURACY_NAMES).assign(
        told="accuracy", period_id=over["period_id"].iloc[-1] if len(over) else None
    )
    told = pd.concat([forecasts, accuracy.drop(columns=_NOT_TOLD)], ignore_index=True)
    return told.assign(as_of=as_of)


def open_periods(calendar: pd.DataFrame, as_of: pd.Timestamp, *, first: pd.Timestamp | None) -> pd.DataFrame:
    """The fiscal periods from the first spend to the end of the year of the day after `as_of`, at least three ahead.

    A quarter or year is named where all its periods are among them.
    """
    frame = calendar.sort_values("start_date")
    tomorrow = as_of + pd.Timedelta(days=1)
    ahead = (frame["end_date"] >= tomorrow).cumsum()
    this_year = frame.loc[frame["end_date"] >= tomorrow, "year_id"].iloc[0]
    wanted = (frame["year_id"] <= this_year) | (ahead <= LEAST_PERIODS_AHEAD + 1)
    since = frame["end_date"] >= (tomorrow if first is None else first)
    kept: pd.DataFrame = frame[wanted & since].reset_index(drop=True)
    for column in ("quarter_id", "year_id"):
        # What began before the first spend had none then, so only the last periods of a span can be missing.
        last = frame.groupby(column)["end_date"].max()
        kept[column] = kept[column].where(kept[column].map(last) <= kept["end_date"].max())
    return kept


def _as_floats(frame: pd.DataFrame) -> pd.DataFrame:
    amounts = [column for column in frame.columns if str(column).endswith("amount")]
    return frame.astype(dict.fromkeys(amounts, "float64"))
