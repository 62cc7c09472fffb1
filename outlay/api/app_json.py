"""Answers as JSON bytes: decimals as strings, days and instants in ISO 8601."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import orjson


def dumps(document: Any) -> bytes:
    """UTF-8 JSON of a document of plain values, Decimals, dates and datetimes."""
    return orjson.dumps(document, default=_text)


def canonical_text(document: Any) -> str:
    """JSON of plain values with sorted keys: equal documents are equal texts."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value).__name__} has no place in an answer")
