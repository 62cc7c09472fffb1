"""Counts rows as a platform counts them, to see whether all that it says it has were given."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def identities(rows: Iterable[Any], *keys: str) -> set[str]:
    """What tells the rows apart: the value of the first key that a row has, the whole row where it has none.

    Rows are counted by these: one that came twice must not hide one that never came.
    """
    return {json.dumps(_identity(row, keys), default=str, sort_keys=True) for row in rows}


def _identity(row: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(row, dict):
        return next((row[key] for key in keys if row.get(key) is not None), row)
    return row
