"""Three witnesses of the same curves, as arrays: weekly outcomes, what platforms report, and lift tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outlay.decisions.response.curves import Floats

TWO_LEVEL_TEST, LIFT_TEST, REPORTED_SHAPE, PRIOR = "two_level_test", "lift_test", "reported_shape", "prior"

_FEWEST_WEEKS = 8  # of reports that vary, before they tell a shape
_VARIED = 0.05  # standard deviation of spend / mean
_APART = 0.1  # of the reference: spends nearer to each other are one level


@dataclass(frozen=True)
class Evidence:
    """`spend` and `reported` (channels, weeks), `outcome` (weeks,), not a number where unknown; tests by row.

    `reference`: (channels,), the mean spend of active weeks. Spends, those of tests too, are in multiples of it.
    `scale`: mean weekly outcome, in which `outcome`, `reported` and the tests' results are counted.
    `backing`: (channels,), what backs each curve; `tested`: (channels, 2), the span of spends that tests compared.
    """

    channels: list[str]
    reference: Floats
    scale: float
    spend: Floats
    outcome: Floats
    reported: Floats
    test_channel: NDArray[np.int64]
    test_base: Floats
    test_delta: Floats
    test_weeks: NDArray[np.int64]
    test_result: Floats
    test_error: Floats
    backing: list[str]
    tested: Floats


def collect(
    weekly: pd.DataFrame, outcomes: pd.DataFrame, tests: pd.DataFrame
) -> tuple[Evidence | None, dict[str, str]]:
    """The evidence of channels that can have a curve, and for each other channel the reason why it has none.

    Credits (negative spends and reports) count as nothing in their week: there is no negative advertising.
    """
    known = outcomes.dropna(subset=["outcome"])
    weeks = pd.Index(sorted(set(known["week"]) | set(weekly["week"])))
    spend = _table(weekly, "spend", weeks).fillna(0.0).clip(lower=0.0)
    reported = _table(weekly, "reported", weeks).clip(lower=0.0)
    active = spend.sum(axis=1) > 0
    reasons = {str(channel): "never active: nothing was spent in these weeks" for channel in spend.index[~active]}
    outcome = known.groupby("week")["outcome"].sum().reindex(weeks).to_numpy(dtype=float)
    scale = float(np.nanmean(outcome)) if len(known) else 0.0
    if not scale > 0:
        why = "no outcome in these weeks" if len(known) else "no week with a known outcome"
        return None, reasons | {str(channel): why for channel in spend.index[active]}
    if not active.any():
        return None, reasons
    spend, reported = spend[active], reported[active]
    values = spend.to_numpy(dtype=float)
    reference = values.sum(axis=1) / (values > 0).sum(axis=1)
    channels = [str(channel) for channel in spend.index]
    relative = values / reference[:, None]
    own = tests[tests["channel"].isin(channels)].reset_index(drop=True)
    place = pd.Index(channels).get_indexer(pd.Index(own["channel"])).astype(np.int64)
    base, delta = (own[name].to_numpy(dtype=float) / reference[place] for name in ("base_spend", "spend_delta"))
    reports = reported.to_numpy(dtype=float) / scale
    backing, tested = _backing(relative, reports, place, base, np.maximum(base + delta, 0.0))
    evidence = Evidence(
        channels, reference, scale, relative, outcome / scale, reports, place, base, delta,
        own["weeks"].to_numpy(dtype=np.int64), own["outcome_delta"].to_numpy(dtype=float) / scale,
        own["standard_error"].to_numpy(dtype=float) / scale, backing, tested,
    )  # fmt: skip
    return evidence, reasons


def check_tests(tests: pd.DataFrame) -> None:
    """Raise ValueError for lift tests that measured nothing: no error, no weeks, no change of spend."""
    for column, wanted in (("standard_error", "a standard error above 0"), ("weeks", "one week or more")):
        if not (tests[column] > 0).all():
            raise ValueError(f"a lift test has {wanted}")
    if (tests["spend_delta"] == 0).any() or (tests["base_spend"] < 0).any():
        raise ValueError("a lift test changes the spend, from none or more")


def _table(weekly: pd.DataFrame, column: str, weeks: pd.Index) -> pd.DataFrame:
    """Channels x weeks; not a number where no row knows."""
    summed = weekly.groupby(["channel", "week"])[column].sum(min_count=1)
    return summed.unstack("week").reindex(columns=weeks).sort_index()


def _backing(
    spend: Floats, reported: Floats, place: NDArray[np.int64], base: Floats, changed: Floats
) -> tuple[list[str], Floats]:
    """What backs each channel's curve, and the least and greatest spend that its tests compared (1, 1 if none).

    A curve is measured at two levels where tests compared three spends, or two of which neither is nothing.
    """
    backing, tested = [], np.ones((len(spend), 2))
    for channel in range(len(spend)):
        own = place == channel
        levels = np.unique(np.concatenate([base[own], changed[own]]))
        apart = levels[np.append(True, np.diff(levels) > _APART)] if len(levels) else levels
        reports = np.isfinite(reported[channel]) & (reported[channel] > 0)
        varied = spend[channel].std() > _VARIED * spend[channel].mean()
        if own.any():
            tested[channel] = levels[0], levels[-1]
            backing.append(TWO_LEVEL_TEST if (apart > _APART).sum() > 1 else LIFT_TEST)
        else:
            backing.append(REPORTED_SHAPE if varied and reports.sum() >= _FEWEST_WEEKS else PRIOR)
    return backing, tested
