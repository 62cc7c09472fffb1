"""What each run forecast, kept beside the landed data: a build of everything from new reads it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

MADE = "intermediate.int_forecasts_made"


def keep_forecasts(warehouse: Path, kept: Path, *, as_of: date) -> Path:
    """The forecasts in `warehouse` as `kept/<as_of>.parquet`, replaced in one move; other days' stay as they are."""
    kept.mkdir(parents=True, exist_ok=True)
    path = kept / f"{as_of.isoformat()}.parquet"
    temporary = path.with_suffix(".partial")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.table(MADE).order("all").write_parquet(str(temporary), compression="zstd")
    temporary.replace(path)
    return path
