"""Fingerprints of what turns landed rows into figures: when one changes, every day is built again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from outlay.company import Company
from outlay.settings import PROJECT_ROOT


def company_fingerprint(company: Company) -> str:
    """Of all in company.toml that changes a figure: sources are left out, their effect is in the landed content."""
    relevant = company.model_dump(mode="json", exclude={"folder", "sources"})
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).hexdigest()


def code_fingerprint(root: Path = PROJECT_ROOT) -> str:
    """Of the SQL, and of the fits it calls, that turn landed rows into marts."""
    digest = hashlib.sha256()
    project = root / "dbt_project"
    folders = (root / "models", project / "macros", project / "seeds", root / "outlay" / "decisions" / "attribution")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".sql", ".csv", ".py")]
    for path in sorted([*files, root / "dbt_project" / "dbt_project.yml"]):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
