"""Where spend will land: SQL lists what was spent, planned and budgeted, outlay.decisions forecasts, SQL goes on."""

import pandas as pd

from outlay.decisions.forecasting import forecast_table


def model(dbt, session):
    def listed(relation):
        # In one order, so that sums of floats come out the same; days as timestamps.
        frame = relation.order("all").df()
        return frame.astype({name: "datetime64[ns]" for name in frame if name.endswith(("_date", "_day", "_on"))})

    periods = dbt.ref("int_forecast_periods_listed")
    made = forecast_table(
        listed(dbt.ref("int_forecast_spend_listed")),
        listed(dbt.ref("int_forecast_flights_listed")),
        listed(dbt.ref("int_forecast_budgets_listed")),
        listed(periods.select("period_id, quarter_id, year_id, start_date, end_date")),
        listed(dbt.ref("int_forecast_events_listed")),
        pd.Timestamp(periods.limit(1).df()["as_of"].iloc[0]),
    )
    return session.from_df(made)
