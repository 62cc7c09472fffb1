"""Hands a sample company's exports over day by day, as they would have arrived."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

_DAY_IN_NAME = re.compile(r"\d{4}-\d{2}-\d{2}")


def deliver(exports_of: Path, company: Path, *, until: date, since: date | None = None) -> int:
    """Copy what `exports_of` had delivered up to `until` (after `since`) into `company`; returns the files copied.

    A file without a day in its name is master data, there from the start.
    """
    copied = 0
    for path in sorted(exports_of.rglob("*")):
        relative = path.relative_to(exports_of)
        if not path.is_file() or relative.parts[0] not in ("exports", "company.toml"):
            continue
        day = _delivery_day(path)
        if day is not None and (day > until or (since is not None and day <= since)):
            continue
        if day is None and since is not None:
            continue
        target = company / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
        copied += 1
    return copied


def _delivery_day(path: Path) -> date | None:
    found = _DAY_IN_NAME.findall(path.name)
    return date.fromisoformat(found[-1]) if found else None
