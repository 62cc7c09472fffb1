"""Values as Xero writes them, and the names that a company gives to accounts and tracking categories."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from outlay.sources.fetched.errors import SchemaError

_MOMENT = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _moment(value: str) -> datetime:
    match = _MOMENT.fullmatch(value)
    if match is None:
        raise ValueError(value)
    return _EPOCH + timedelta(milliseconds=int(match[1]))


def xero_moment(value: Any) -> datetime:
    """a moment written /Date(milliseconds+0000)/"""
    if type(value) is not str:
        raise ValueError(value)
    return _moment(value)


def xero_day(value: Any) -> date:
    """a day written /Date(milliseconds+0000)/"""
    # Days are midnight UTC, whatever the organisation's time zone is.
    return xero_moment(value).date()


@dataclass(frozen=True)
class Naming:
    """`tracking`: tracking category -> canonical column. `by_code`: accounts are known by their code."""

    tracking: Mapping[str, str] = field(default_factory=dict)
    by_code: bool = True

    def account(self, code: str | None, id_: str) -> str:
        """The canonical account id; bank accounts may have no code."""
        return (code if self.by_code else None) or id_

    def tracked(self, categories: Iterable[Mapping[str, Any]] | None, columns: Collection[str]) -> dict[str, str]:
        """The options of a line by canonical column, those of `columns` only."""
        found = {}
        for category in categories or ():
            if not isinstance(category, dict) or "Name" not in category:
                raise SchemaError("TrackingCategories", "objects with Name and Option", category)
            column = self.tracking.get(category["Name"])
            if column is not None and column in columns and category.get("Option"):
                found[column] = category["Option"]
        return found
