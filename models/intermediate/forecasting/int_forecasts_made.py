"""Where spend will land: SQL lists what was spent, planned and budgeted, outlay.decisions forecasts, SQL goes on."""

import pandas as pd

from outlay.decisions.forecasting import forecast_table


def model(dbt, session):
    def listed(relation):
        # In one order, so that sums of floats come out the same; days as timestamps.
        frame = relation.order("all").df()
        return frame.astype({name: "datetime64[ns]" for name in frame if name.endswith(("_date", "_day", "_on"))})

    settings = dbt.ref("int_run_settings_listed").df()
    made = forecast_table(
        listed(dbt.ref("int_forecast_spend_listed")),
        listed(dbt.ref("int_forecast_flights_listed")),
        listed(dbt.ref("int_forecast_budgets_listed")),
        listed(dbt.ref("int_forecast_periods_listed")),
        listed(dbt.ref("int_forecast_events_listed")),
        pd.Timestamp(settings["as_of"].iloc[0]),
    )
    return session.from_df(made)
