"""The words that all modules of the forecast share: kinds of arrays, days as numbers, sums by place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max // 2  # a day that does not come


def days_since(of: pd.Series, first: pd.Timestamp) -> Ints:
    """Days since the first one."""
    return (of.to_numpy(dtype="datetime64[D]") - np.datetime64(first, "D")).astype(np.int64)


def sums(place: Ints, values: Floats, size: int) -> Floats:
    """The sum of the values at each of so many places."""
    return np.asarray(np.bincount(place, values, size), dtype=np.float64)


def ratio(over: Floats, under: Floats) -> Floats:
    """over / under, NaN where under is not above 0."""
    result = np.full(np.shape(over), np.nan)
    np.divide(over, under, out=result, where=under > 0)
    return result
