"""Series, departments and the total: how they sum, and the interval of each, from its own residuals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outlay.decisions.forecasting.arrays import Floats, Ints
from outlay.decisions.forecasting.backtest import TODAY, Backtest
from outlay.decisions.forecasting.intervals import Bands, Residuals, bands, expected_errors
from outlay.decisions.forecasting.panel import KEYS
from outlay.decisions.forecasting.spans import Span

ALL = "(all)"
_PRIOR_ERRORS = 12.0  # errors of a sum that count as if its series erred independently


@dataclass(frozen=True)
class Level:
    """`keys`: of its members, ALL where it sums; `member`: (series,), the member that each series belongs to."""

    name: str
    keys: pd.DataFrame
    member: Ints

    def sums(self, of: Floats) -> Floats:
        """Sums over the series of each member: (series, ...) to (members, ...)."""
        result = np.zeros((len(self.keys), *of.shape[1:]))
        np.add.at(result, self.member, of)
        return result


def summed(level: Level, series: Residuals) -> Residuals:
    """The residuals of sums. Independent errors would add up as squares; what moves many series at once makes it more.

    By how much is learnt for each member from its earlier errors, all tasks together.
    """
    residual, error = level.sums(series.residual), np.sqrt(level.sums(series.error**2))
    part = np.divide(np.abs(residual), error, out=np.zeros_like(error), where=error > 0)
    scored = series.before & (error > 0).any(axis=0, keepdims=True)
    found = np.einsum("mot,aot->ma", part, scored.astype(float), optimize=True)
    count = scored.sum(axis=(1, 2))
    factor = (found + _PRIOR_ERRORS) / (count + _PRIOR_ERRORS)
    return Residuals(residual, error * factor[:, :, None], series.before)


def levels_of(keys: pd.DataFrame) -> list[Level]:
    """The series (level category), channels of departments, departments, and the total."""
    levels = [Level("category", keys.reset_index(drop=True), np.arange(len(keys)))]
    for name, by in (("channel", ["department_id", "channel"]), ("department", ["department_id"])):
        members = keys[by].drop_duplicates(ignore_index=True)  # in order, as the series are
        member = pd.MultiIndex.from_frame(members).get_indexer(pd.MultiIndex.from_frame(keys[by]))
        levels.append(Level(name, _with_all(members), np.asarray(member, dtype=np.int64)))
    return [*levels, Level("total", _with_all(pd.DataFrame(index=[0])), np.zeros(len(keys), dtype=np.int64))]


def _with_all(members: pd.DataFrame) -> pd.DataFrame:
    missing = {key: ALL for key in KEYS if key not in members}
    return members.assign(**missing)[KEYS]


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
    own += [summed(level, own[0]) for level in levels[1:]]
    by_days = np.arange(residual.shape[2]) < TODAY
    # What moves all channels at once makes sums err by more than their channels do, so sums are pooled with sums.
    sums = own[2:] if len(levels[2].keys) > 1 else own[3:]
    made = [bands(one, sums, coverage, by_days) for one in own[:2]]
    made += [
        bands(one, [other for other in sums if other is not one] or own[1:2], coverage, by_days) for one in own[2:]
    ]
    return made, task_of
