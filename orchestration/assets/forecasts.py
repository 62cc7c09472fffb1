"""Between the two parts of station 3: where spend will land, from what SQL prepared, handed back to SQL."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import pyarrow.parquet as pq

from orchestration.assets.models import MANIFEST, TRANSLATOR
from orchestration.context import company, data_folder, run_day
from orchestration.progress import report
from outlay.decisions.forecasting import NEVER_ACTIVE, Forecast, forecast
from outlay.run_inputs import SCHEMAS, keep_table, write_table
from outlay.settings import DataFolder
from outlay.trade_days import trade_days

PREPARED = ("int_forecast_spend_listed", "int_forecast_flights_listed", "int_forecast_budgets_listed")
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
_DESCRIPTIONS = {
    "spend_forecasts": "This run's forecast of every open period, quarter and year, by budget cell and sums.",
    "forecast_accuracy": "How good forecasts made in the same way were, by level and days known.",
}


def _keys(*names: str) -> list[dg.AssetKey]:
    nodes = MANIFEST["nodes"].values()
    return [TRANSLATOR.get_asset_key(node) for node in nodes if node["name"] in names]


@dg.multi_asset(
    name="forecasts",
    specs=[
        dg.AssetSpec(
            key=dg.AssetKey(["run", name]),
            group_name="decisions",
            deps=_keys(*PREPARED),
            description=described,
            owners=["team:marketing_finance"],
            kinds={"python", "parquet"},
        )
        for name, described in _DESCRIPTIONS.items()
    ],
)
def forecasts(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Forecast from the warehouse's first part; the tables go to landing/run, and are kept by the run's date."""
    report("forecasting")
    written = write_forecasts(data_folder(), run_day(context), country=company().company.country)
    for name, count in written.items():
        yield dg.MaterializeResult(asset_key=dg.AssetKey(["run", name]), metadata={"dagster/row_count": count})


def write_forecasts(data: DataFolder, as_of: date, *, country: str | None) -> dict[str, int]:
    """Forecast from the warehouse, write both tables to landing/run and keep them by the day; rows by table."""
    made = forecast_of(data, as_of, country=country)
    closed = [row for row in _periods(data) if row["end_date"] <= as_of]
    last = max(closed, key=lambda row: row["end_date"])["period_id"] if closed else None
    tables = {
        "spend_forecasts": _rows("spend_forecasts", _named_forecasts(made), as_of),
        "forecast_accuracy": _rows("forecast_accuracy", made.accuracy.assign(period_id=last), as_of, _ACCURACY_NAMES),
    }
    for name, rows in tables.items():
        write_table(data.run_inputs, name, rows)
        keep_table(data.forecasts, name, rows, as_of=as_of)
    return {name: len(rows) for name, rows in tables.items()}


def forecast_of(data: DataFolder, as_of: date, *, country: str | None) -> Forecast:
    """The forecast from the tables that SQL prepared in the warehouse."""
    with duckdb.connect(str(data.warehouse), read_only=True) as connection:
        spend, flights, budgets = (_frame(connection, name) for name in PREPARED)
    periods = open_periods(_periods(data), as_of, first=spend["date_day"].min() if len(spend) else None)
    days = trade_days(periods["start_date"].iloc[0].date(), periods["end_date"].iloc[-1].date(), country)
    events = pd.DataFrame(days, columns=["date_day", "event"])
    events["date_day"] = pd.to_datetime(events["date_day"])
    return forecast(spend, flights, budgets, periods, events, pd.Timestamp(as_of))


def open_periods(calendar: list[dict[str, Any]], as_of: date, *, first: pd.Timestamp | None) -> pd.DataFrame:
    """The fiscal periods from the first spend to the end of the year of the day after `as_of`, at least three ahead.

    A quarter or year is named where all its periods are among them.
    """
    frame = pd.DataFrame([row for row in calendar if row["period_kind"] == "period"]).sort_values("start_date")
    frame = frame.assign(start_date=pd.to_datetime(frame["start_date"]), end_date=pd.to_datetime(frame["end_date"]))
    tomorrow = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    ahead = (frame["end_date"] >= tomorrow).cumsum()
    this_year = frame.loc[frame["end_date"] >= tomorrow, "year_id"].iloc[0]
    wanted = (frame["year_id"] <= this_year) | (ahead <= LEAST_PERIODS_AHEAD + 1)
    since = frame["end_date"] >= (tomorrow if first is None else first)
    kept = frame[wanted & since].reset_index(drop=True)
    for column in ("quarter_id", "year_id"):
        # What began before the first spend had none then, so only the last periods of a span can be missing.
        last = frame.groupby(column)["end_date"].max()
        kept[column] = kept[column].where(kept[column].map(last) <= kept["end_date"].max())
    return kept[["period_id", "quarter_id", "year_id", "start_date", "end_date"]]


def _periods(data: DataFolder) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(data.run_inputs / "fiscal_calendar.parquet").to_pylist()
    return [row for row in rows if row["period_kind"] == "period"]


def _frame(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """A prepared table in a fixed order, so that sums come out the same; amounts as floats, days as timestamps."""
    frame = connection.execute(f"select * from intermediate.{name} order by all").df()
    amounts = [column for column in frame if column.endswith("amount")]
    return frame.astype(dict.fromkeys(amounts, "float64"))


def _named_forecasts(made: Forecast) -> pd.DataFrame:
    frame = made.forecasts.rename(columns=_FORECAST_NAMES)
    return frame.assign(method=frame["reason"].eq(NEVER_ACTIVE).map({True: "none", False: "stacked"}))


def _rows(name: str, frame: pd.DataFrame, as_of: date, names: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The frame's rows as the table has them: amounts and ratios as decimals, what is missing as None."""
    schema = SCHEMAS[name]
    frame = frame.rename(columns=names or {}).assign(as_of=as_of)
    columns = []
    for field in schema:
        values = frame[field.name].tolist()
        scale = getattr(field.type, "scale", None)
        if scale is not None:
            unit = Decimal(1).scaleb(-scale)
            values = [None if value != value else Decimal(repr(value)).quantize(unit) for value in values]
        columns.append([None if value != value else value for value in values])
    return [dict(zip(schema.names, row, strict=True)) for row in zip(*columns, strict=True)]
