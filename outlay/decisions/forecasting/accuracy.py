"""How good forecasts made in the same way were: by level and days known, against the run rate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.arrays import Floats
from outlay.decisions.forecasting.backtest import SHARES, Backtest
from outlay.decisions.forecasting.intervals import Bands
from outlay.decisions.forecasting.levels import Level
from outlay.decisions.forecasting.routes import RUN_RATE


def accuracy_table(test: Backtest, rest: Floats, levels: list[Level], made: list[Bands]) -> pd.DataFrame:
    """A row for each member of a level and share of a period's days that were known, scored over the closed periods.

    level, department_id, channel, share_known, days_known (in a period as long as the current one), periods (scored),
    forecast, actual (their sums), wape (of the member's own totals; missing where nothing was spent), wape_of_channels
    (the same summed over its channels), bias (forecast above actual, as a part of it), coverage (of the intervals that
    were given; missing without any), intervals, baseline_wape (of the run rate), baseline_wape_of_channels.
    A forecast counts as it would have been made then, so one without an earlier period has even weights.
    """
    frames = []
    past = test.scored[:-1]
    for task, share in enumerate(SHARES):
        use = np.append(past[:, task], False)
        actual = test.actual[:, use, task]
        made_then = test.known[:, use, task] + rest[:, use, task]
        baseline = test.known[:, use, task] + test.rest[RUN_RATE][:, use, task]
        for level, band in zip(levels, made, strict=True):
            total, said, rated = (level.sums(values) for values in (actual, made_then, baseline))
            size = np.abs(total).sum(axis=1)
            of_channels = level.sums(np.abs(actual)).sum(axis=1)
            low, high = band.low[:, use, task], band.high[:, use, task]
            given = ~np.isnan(low)
            held = given & (total - said >= low) & (total - said <= high)
            frames.append(
                level.keys.assign(
                    level=level.name,
                    share_known=share,
                    days_known=int(share * test.days),
                    periods=int(use.sum()),
                    forecast=np.round(said.sum(axis=1), 2),
                    actual=np.round(total.sum(axis=1), 2),
                    wape=_part(np.abs(said - total).sum(axis=1), size),
                    wape_of_channels=_part(level.sums(np.abs(made_then - actual)).sum(axis=1), of_channels),
                    bias=_part((said - total).sum(axis=1), size),
                    coverage=_part(held.sum(axis=1), given.sum(axis=1)),
                    intervals=given.sum(axis=1),
                    baseline_wape=_part(np.abs(rated - total).sum(axis=1), size),
                    baseline_wape_of_channels=_part(level.sums(np.abs(baseline - actual)).sum(axis=1), of_channels),
                )
            )
    table = pd.concat(frames, ignore_index=True)
    return table[table["periods"] > 0].reset_index(drop=True)


def _part(of: Floats, whole: Floats) -> Floats:
    """of / whole, missing where the whole is 0."""
    part = np.full(len(of), np.nan)
    np.divide(of, whole, out=part, where=whole != 0)
    return part.round(6)
