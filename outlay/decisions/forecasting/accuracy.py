"""How good forecasts made in the same way were: by level and days known, against the run rate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.arrays import Flags, Floats
from outlay.decisions.forecasting.backtest import SHARES, Backtest
from outlay.decisions.forecasting.intervals import Bands
from outlay.decisions.forecasting.levels import Level
from outlay.decisions.forecasting.routes import RUN_RATE

_NOTHING = 0.005


def accuracy_table(test: Backtest, rest: Floats, levels: list[Level], made: list[Bands]) -> pd.DataFrame:
    """A row for each member of a level above the single series, and share of a period's days that were known.

    level, department_id, channel, spend_category (ALL), share_known, days_known (in a period as long as the current
    one), periods (closed ones, over which the rest is scored), forecast, actual (their sums), wape (of the member's own
    totals; missing where nothing was spent), wape_of_channels (the same summed over its series), bias (forecast above
    actual, as a part of it), coverage (of the intervals that were given; missing without any), intervals, baseline_wape
    (of the run rate), baseline_wape_of_channels. A forecast counts as it would have been made then, so one without an
    earlier period has even weights.
    """
    past = test.scored[:-1]
    keys = pd.concat([level.keys.assign(level=level.name) for level in levels], ignore_index=True)
    frames = []
    for task, share in enumerate(SHARES):
        use = np.append(past[:, task], False)
        scores = [_scores(test, rest, level, band, task, use) for level, band in zip(levels, made, strict=True)]
        columns = {name: np.concatenate([one[name] for one in scores]) for name in scores[0]}
        of_all = {"share_known": share, "days_known": int(share * test.days), "periods": int(use.sum())}
        if use.any():
            frames.append(pd.DataFrame({**keys, **of_all, **columns}))
    if frames:
        return pd.concat(frames, ignore_index=True)
    return pd.DataFrame({**keys, **of_all, **columns}).iloc[:0]


def _scores(test: Backtest, rest: Floats, level: Level, band: Bands, task: int, use: Flags) -> dict[str, Floats]:
    """The columns of one level and task, (members,) each."""
    known, actual = test.known[:, use, task], test.actual[:, use, task]
    made_then, baseline = known + rest[:, use, task], known + test.rest[RUN_RATE][:, use, task]
    total, said, rated = (level.sums(values) for values in (actual, made_then, baseline))
    size, of_channels = np.abs(total).sum(axis=1), level.sums(np.abs(actual)).sum(axis=1)
    low, high = band.low[:, use, task], band.high[:, use, task]
    given = ~np.isnan(low)
    held = given & (total - said >= low) & (total - said <= high)
    return {
        "forecast": said.sum(axis=1).round(2),
        "actual": total.sum(axis=1).round(2),
        "wape": _part(np.abs(said - total).sum(axis=1), size),
        "wape_of_channels": _part(level.sums(np.abs(made_then - actual)).sum(axis=1), of_channels),
        "bias": _part((said - total).sum(axis=1), size),
        "coverage": _part(held.sum(axis=1), given.sum(axis=1)),
        "intervals": given.sum(axis=1).astype(np.float64),
        "baseline_wape": _part(np.abs(rated - total).sum(axis=1), size),
        "baseline_wape_of_channels": _part(level.sums(np.abs(baseline - actual)).sum(axis=1), of_channels),
    }


def _part(of: Floats, whole: Floats) -> Floats:
    """of / whole, missing where the whole is less than half a cent: what sums of floats leave of nothing."""
    part = np.full(len(of), np.nan)
    np.divide(of, whole, out=part, where=whole >= _NOTHING)
    return part.round(6)
