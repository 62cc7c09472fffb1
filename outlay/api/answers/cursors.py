"""Pages: an opaque cursor that says where the next one begins, and of which list."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from outlay.api.problems import not_found

T = TypeVar("T")


def write_cursor(position: int, listing: str) -> str:
    """A cursor at `position` of the list that `listing` describes."""
    content = json.dumps([position, _mark(listing)], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, listing: str) -> int | None:
    """The position that a cursor of this list names. Raises Problem (404) for any other text."""
    if cursor is None:
        return None
    wrong = not_found("this cursor belongs to no page of this list; begin again without one")
    try:
        found: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise wrong from None
    if not isinstance(found, list) or len(found) != 2 or type(found[0]) is not int or found[1] != _mark(listing):
        raise wrong
    return found[0] if 0 <= found[0] < 2**62 else 0


def page_of(items: Sequence[T], limit: int, cursor: str | None, listing: str) -> tuple[Sequence[T], str | None]:
    """The page that begins at `cursor`, and the cursor of the next one."""
    start = read_cursor(cursor, listing) or 0
    end = start + limit
    return items[start:end], write_cursor(end, listing) if end < len(items) else None


def _mark(listing: str) -> str:
    return hashlib.sha256(listing.encode()).hexdigest()[:12]
