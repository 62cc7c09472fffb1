"""The company that attribution is measured on: 12 channels, 60 campaigns, one buyer in eighteen people.

Built by the project's own models, all of them fitted; what the measurement then repeats is written down beside it:
`touchpoints.parquet` and the SQL of each model.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from outlay.entities import ENTITIES
from tests.bench.landed_queries import land
from tests.support.dbt_runs import build
from tests.support.journeys import generate
from tests.support.landing import write_landing, write_run_inputs

MODELS = ("int_touches_counted", "int_touches_pathed", "int_touches_weighted", "touch_credits", "int_journeys_counted")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
CHUNK = 1_000_000
ADS = 5  # campaigns of a channel
LATEST_START = 200  # day of the year on which the last journeys begin


def main(folder: Path, touches: int) -> None:
    """Journeys into a landing zone, that into a warehouse, and the SQL that made it into `models.json`."""
    landing, warehouse = folder / "landing", folder / "warehouse" / "warehouse.duckdb"
    write_landing(landing, {}, as_of=YEAR[1].isoformat())
    _land_journeys(landing, folder, touches)
    days = [str(day.date()) for day in pd.date_range(*YEAR)]
    changed = [{"entity": name, "date_day": day} for name in ("conversions", "touchpoints") for day in days]
    period = {"period_kind": "period", "period_id": "2026", "year_id": "2026", "quarter_id": "2026-Q1",
              "period_no": 1, "quarter_no": 1, "start_date": YEAR[0], "end_date": YEAR[1], "days": 365}  # fmt: skip
    settings = {"as_of": YEAR[1].isoformat(), "view_window_days": 30, "fit_days": len(days)}
    write_run_inputs(landing, {}, changed_days=changed, fiscal_calendar=[period], **settings)
    chosen = ("--select", "+touch_credits", "+int_journeys_counted", "--exclude-resource-type", "unit_test")
    build(landing, warehouse, *chosen, "--indirect-selection", "buildable")
    with redirect_stdout(io.StringIO()):
        compiled = build(landing, warehouse, "--full-refresh", "--select", *MODELS, command="compile")
    sql = {one.node.name: one.node.compiled_code for one in compiled.result.results}
    (folder / "models.json").write_text(json.dumps(sql), encoding="utf-8")
    with duckdb.connect(str(warehouse)) as connection:
        touchpoints = folder / "touchpoints.parquet"
        shuffled = "from staging.stg_web__touchpoints order by hash(touch_id)"
        connection.execute(f"copy ({shuffled}) to '{touchpoints}' (format parquet)")
        connection.execute("drop table staging.stg_web__touchpoints")
        connection.execute(f"create view staging.stg_web__touchpoints as from read_parquet('{touchpoints}')")


def _land_journeys(landing: Path, folder: Path, touches: int) -> None:
    parts = folder / "parts"
    parts.mkdir()
    for number in range(-(-touches // CHUNK)):
        _write_chunk(parts, number, min(CHUNK, touches - number * CHUNK))
    with duckdb.connect() as connection:
        for name in ("touchpoints", "conversions"):
            land(connection, landing, ENTITIES[name], f"select * from read_parquet('{parts}/{name}_*.parquet')")


def _write_chunk(parts: Path, number: int, touches: int) -> None:
    """People of their own, whose journeys begin on some day of the first part of the year."""
    journeys, rng = generate("independent", touches, seed=number), np.random.default_rng(number)
    people = int(journeys.touches["customer"].max()) + 1
    begun = pd.Timestamp(YEAR[0]) + pd.to_timedelta(rng.integers(0, LATEST_START, people), unit="D")
    person = pd.Series([f"u{number}-{one}" for one in range(people)])

    def placed(of: pd.DataFrame) -> dict[str, object]:
        customer = of["customer"].to_numpy()
        at = begun[customer] + pd.to_timedelta(np.round(of["at"].to_numpy() * 3.6e9), unit="us")
        return {"user_id": person.to_numpy()[customer], "at": at.astype("datetime64[us]")}

    met = pd.DataFrame(placed(journeys.touches)).rename(columns={"at": "touched_at"})
    ad = rng.integers(0, ADS, len(met)).astype(str)
    met = met.assign(
        touch_id=[f"t{number}-{one:07}" for one in range(len(met))],
        channel=journeys.touches["channel"].to_numpy(),
        campaign_id=journeys.touches["channel"].to_numpy() + "-" + ad,
        interaction=journeys.touches["interaction"].to_numpy(),
    )
    bought = pd.DataFrame(placed(journeys.conversions)).rename(columns={"at": "converted_at"})
    cents = rng.integers(500, 20_000, len(bought))
    bought = bought.assign(conversion_id="c" + bought["user_id"], revenue=cents / 100, currency="EUR")
    met.to_parquet(parts / f"touchpoints_{number:03}.parquet", index=False)
    bought.to_parquet(parts / f"conversions_{number:03}.parquet", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
