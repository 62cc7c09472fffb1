"""Which heading a draft maps to which column: for showing."""

from __future__ import annotations

from typing import Any

from outlay.entities import ENTITIES
from outlay.onboarding.draft import Draft
from outlay.sources.files.headings import fold, matches

_ORIGINS = ("from", "from_heading", "debit", "credit", "sign_from", "must_equal")


def column_of(draft: Draft, heading: str) -> str | None:
    """The columns that are read from `heading`, joined by a comma; None where nothing is."""
    columns: dict[str, Any] = draft.section.get("columns", {})
    found = [
        name for name, rule in columns.items() if any(matches(one, heading) is not None for one in _headings(rule))
    ]
    same = next((name for name in ENTITIES[draft.entity].column_names if fold(name) == fold(heading)), None)
    if same and same not in columns:
        found.append(same)
    return ", ".join(found) or None


def _headings(rule: Any) -> list[str]:
    if isinstance(rule, dict):
        return [one for origin in _ORIGINS for one in _headings(rule.get(origin, []))]
    return [rule] if isinstance(rule, str) else list(rule)
