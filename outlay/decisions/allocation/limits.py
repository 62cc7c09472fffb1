"""What a plan may do: least and most spend, the largest change, and what groups of channels may spend together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from outlay.decisions.allocation.optimiser import Coupling
from outlay.decisions.response.curves import Floats

LARGEST_CHANGE = 0.5  # of today's spend, where a plan does not say


def plan_limits(plan: pd.DataFrame, limits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plan with the limits of its channels, and those of groups, from one table of both.

    `limits`: `channel`, `group_name` (NULL for a channel's own), `minimum`, `maximum`, `largest_change`, NULL for none.
    A row without a channel states the largest change of channels that state none; without one it is LARGEST_CHANGE.
    """
    own = limits[limits["group_name"].isna()]
    everywhere = own.loc[own["channel"].isna(), "largest_change"].dropna()
    columns = ["channel", "minimum", "maximum", "largest_change"]
    limited = plan.merge(own.loc[own["channel"].notna(), columns], on="channel", how="left")
    limited["largest_change"] = limited["largest_change"].fillna(float(everywhere.max()) if len(everywhere) else np.nan)
    groups = limits[limits["group_name"].notna()].rename(columns={"group_name": "group"})
    return limited, groups[["group", "channel", "minimum", "maximum"]]


def bounds(plan: pd.DataFrame, usual: Floats) -> Floats:
    """Least and most weekly spend of each row, (rows, 2).

    `plan`: `current`, and where given `minimum`, `maximum` and `largest_change` (a share of today's spend; of the usual
    spend for a channel that spends nothing today). Minimum and maximum rule over the largest change.

    Raises ValueError for negative spends and for a minimum above its maximum.
    """
    current = plan["current"].to_numpy(dtype=float)
    least, most = _column(plan, "minimum", 0.0), _column(plan, "maximum", np.inf)
    if (current < 0).any() or (least < 0).any():
        raise ValueError("a plan spends nothing or more")
    if (least > most).any():
        raise ValueError(f"the minimum is above the maximum for {', '.join(plan['channel'][least > most])}")
    change = _column(plan, "largest_change", LARGEST_CHANGE)
    change = change * np.where(current > 0, current, usual)
    low = np.clip(np.maximum(current - change, 0.0), least, most)
    high = np.clip(current + change, least, most)
    return np.stack([low, high], axis=1)


def coupling(channels: list[str], groups: pd.DataFrame | None) -> Coupling | None:
    """`groups`: `group`, `channel`, `minimum`, `maximum` (of the group, the same in each of its rows; NULL for none).

    Channels that are not in the plan are left out. None where no group limits anything.
    """
    if groups is None or groups.empty:
        return None
    names = sorted(set(groups["group"]))
    members = np.zeros((len(names), len(channels)))
    row = pd.Index(names).get_indexer(pd.Index(groups["group"]))
    column = pd.Index(channels).get_indexer(pd.Index(groups["channel"]))
    members[row[column >= 0], column[column >= 0]] = 1.0
    limits = groups.groupby("group").agg(minimum=("minimum", "max"), maximum=("maximum", "min")).reindex(names)
    least, most = _column(limits, "minimum", 0.0), _column(limits, "maximum", np.inf)
    if (least > most).any():
        raise ValueError(f"the minimum is above the maximum for {', '.join(limits.index[least > most])}")
    return Coupling(members, least, most)


def _column(frame: pd.DataFrame, name: str, otherwise: float) -> Floats:
    if name not in frame:
        return np.full(len(frame), otherwise)
    numbers = pd.to_numeric(frame[name]).to_numpy(dtype=float)
    return np.where(np.isnan(numbers), otherwise, numbers)
