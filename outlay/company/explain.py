"""Says what is wrong with company.toml, one line a mistake."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from outlay.company.columns import ColumnRule, Unpivot
from outlay.company.limits import ChannelLimit, GroupLimit, LimitsSection
from outlay.company.model import Company
from outlay.company.sections import (
    AccountRule,
    AttributionSection,
    CompanySection,
    FiscalCalendarSection,
    MatchRule,
)
from outlay.company.sources import SourceSection


def explain(path: Path, problem: Any) -> str:
    """One line for one pydantic problem: file, dotted key, what was wrong, and a near name for an unknown key."""
    location = [str(part) for part in problem["loc"] if not str(part).startswith("function-")]
    key = ".".join(location) or "(file)"
    if problem["type"] == "extra_forbidden":
        accepted = _accepted_keys(location)
        near = difflib.get_close_matches(location[-1], accepted, n=1)
        hint = f"did you mean {near[0]}?" if near else f"accepted here: {', '.join(accepted)}"
        return f"{path}: {key}: unknown key; {hint}"
    if problem["type"] == "missing":
        return f"{path}: {key}: missing; it is required"
    message = f"{path}: {key}: {problem['msg'].removeprefix('Value error, ')}"
    # A secret may stand there by mistake: in credentials, in an address, anywhere in a whole table.
    if location[-1:] == ["base_url"] or "credentials" in location or isinstance(problem["input"], dict):
        return message
    return f"{message} (found {problem['input']!r:.80})"


def _accepted_keys(location: list[str]) -> list[str]:
    sections: dict[str, type[BaseModel]] = {
        "company": CompanySection,
        "fiscal_calendar": FiscalCalendarSection,
        "attribution": AttributionSection,
        "accounts": AccountRule,
        "channels": MatchRule,
        "departments": MatchRule,
        "limits": LimitsSection,
    }
    limits: dict[str, type[BaseModel]] = {"channels": ChannelLimit, "groups": GroupLimit}
    inner: dict[str, type[BaseModel]] = {"columns": ColumnRule, "unpivot": Unpivot}
    model: type[BaseModel] = Company
    if location[0] == "limits" and len(location) > 3:  # a key below limits.groups.<name>
        model = limits[location[1]]
    elif len(location) > 1:
        model = next((inner[part] for part in location if part in inner), sections.get(location[0], SourceSection))
    return sorted(field.alias or name for name, field in model.model_fields.items() if name not in ("folder", "name"))
