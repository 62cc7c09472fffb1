"""Series, departments and the total: how they sum, and the interval of each, from its own residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.arrays import Floats, Ints
from outlay.decisions.forecasting.backtest import TODAY, Backtest
from outlay.decisions.forecasting.intervals import Bands, Residuals, bands, expected_errors
from outlay.decisions.forecasting.spans import Span

ALL = "(all)"


@dataclass(frozen=True)
class Level:
    """`keys`: department_id and channel of its members; `member`: (series,), the member that each series belongs to."""

    name: str
    keys: pd.DataFrame
    member: Ints

    def sums(self, of: Floats) -> Floats:
        """Sums over the series of each member: (series, ...) to (members, ...)."""
        result = np.zeros((len(self.keys), *of.shape[1:]))
        np.add.at(result, self.member, of)
        return result


def levels_of(keys: pd.DataFrame) -> list[Level]:
    """Channels of departments, departments, and the total."""
    places, names = pd.factorize(keys["department_id"], sort=True)
    departments = pd.DataFrame({"department_id": names, "channel": ALL})
    total = pd.DataFrame({"department_id": [ALL], "channel": [ALL]})
    return [
        Level("channel", keys.reset_index(drop=True), np.arange(len(keys))),
        Level("department", departments, np.asarray(places, dtype=np.int64)),
        Level("total", total, np.zeros(len(keys), dtype=np.int64)),
    ]


def level_bands(
    test: Backtest, rest: Floats, spans: list[Span], levels: list[Level], coverage: float
) -> tuple[list[Bands], dict[Span, int]]:
    """The bands of every level, and the task of each span; those of several periods stand after the back-test's own."""
    residual = np.where(test.scored[None], test.actual - test.known - rest, 0.0)
    error, before = expected_errors(residual, test.typical, test.before), test.before
    task_of = {}
    for span in spans:
        tasks = slice(TODAY + span.first, TODAY + span.last + 1)
        task_of[span] = TODAY + span.first
        if span.last > span.first:
            task_of[span] = residual.shape[2]
            residual = np.concatenate([residual, residual[:, :, tasks].sum(axis=2, keepdims=True)], axis=2)
            error = np.concatenate([error, error[:, :, tasks].sum(axis=2, keepdims=True)], axis=2)
            before = np.concatenate([before, before[:, :, tasks].all(axis=2, keepdims=True)], axis=2)
    own = [Residuals(residual, error, before)]
    own += [Residuals(level.sums(residual), np.sqrt(level.sums(error**2)), before) for level in levels[1:]]
    by_days = np.arange(residual.shape[2]) < TODAY
    # What moves all channels at once makes sums err by more than their channels do, so sums are pooled with sums.
    sums = [one for one in own[1:] if len(one.residual) > 1 or len(levels[1].keys) == 1]
    made = [bands(own[0], sums, coverage, by_days)]
    made += [
        bands(one, [other for other in sums if other is not one] or [own[0]], coverage, by_days) for one in own[1:]
    ]
    return made, task_of
