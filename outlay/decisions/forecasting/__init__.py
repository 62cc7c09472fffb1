"""Where spend will land: by department and channel, period, quarter and year, with an interval of the total.

Plan-aware: the routes know budgets and flights as they were told by the day. `forecast` back-tests itself on every
call, and what it answers says how good forecasts made in the same way have been.
"""

from outlay.decisions.forecasting.forecast import NEVER_ACTIVE, Forecast, forecast
from outlay.decisions.forecasting.levels import ALL
from outlay.decisions.forecasting.tables import forecast_table

__all__ = ["ALL", "NEVER_ACTIVE", "Forecast", "forecast", "forecast_table"]
