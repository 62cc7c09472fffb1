"""What marketing-attribution-models 2.1.1 says of the same journeys; run by an environment of its own, see `peers`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl  # type: ignore[import-not-found]
from mam.core import MAM  # type: ignore[import-not-found]

RULES = {
    "first_touch": "run_first_click",
    "last_touch": "run_last_click",
    "linear": "run_linear",
    "position_based": "run_position_based",
    "time_decay": "run_time_decay",
}


def main(steps: Path, answer: Path) -> None:
    """`steps`: journey, touched_at, channel, is_conversion (on the last touch). `answer`: by model and channel."""
    models = MAM(
        df=pl.read_parquet(steps), format_type="session", channels_colname="channel",
        journey_with_conv_colname="is_conversion", datetime_colname="touched_at", user_id_colname="journey",
    )  # fmt: skip
    told = {name: _figures(getattr(models, method)().to_polars()) for name, method in RULES.items()}
    effects = models.run_markov().metadata["removal_effect"]["removal_effect"]
    told["markov_1"] = {str(name): float(value) for name, value in effects.items()}
    answer.write_text(json.dumps(told), encoding="utf-8")


def _figures(frame: pl.DataFrame) -> dict[str, float]:
    return {str(row["channels"]): float(row["attribution"]) for row in frame.iter_rows(named=True)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
