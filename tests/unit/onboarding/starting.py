"""A folder of exports, started with `outlay init` and landed with what it wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner, Result

from orchestration.cli import app
from outlay.company import Company, read_company
from outlay.landing import LandingReport, land
from outlay.onboarding import Proposal, draft_sources, look


@dataclass
class Start:
    """`folder` holds the exports; `landing` what became of them."""

    folder: Path

    @property
    def landing(self) -> Path:
        return self.folder.parent / "landing"

    def put(self, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def init(self, *options: str) -> Result:
        return CliRunner().invoke(app, ["init", str(self.folder), *options])

    def toml(self) -> str:
        return (self.folder / "company.toml").read_text(encoding="utf-8")

    def unsure(self) -> list[str]:
        return [line for line in self.toml().splitlines() if line.startswith("# unsure:")]

    def company(self) -> Company:
        return read_company(self.folder)

    def propose(self) -> Proposal:
        work = self.folder.parent / "work"
        work.mkdir(exist_ok=True)
        proposal = look(self.folder, work)
        draft_sources(proposal)
        return proposal

    def land(self) -> dict[str, LandingReport]:
        """Lands every source as company.toml says, each with all that it has."""
        company = self.company()
        return {name: land(one, company, self.landing, as_of=date.max) for name, one in company.sources.items()}

    def rows(self, entity: str, columns: str) -> list[tuple[Any, ...]]:
        """The landed rows of an entity, sorted."""
        files = f"{self.landing}/typed/{entity}/**/*.parquet"
        found = duckdb.sql(f"select {columns} from read_parquet('{files}', hive_partitioning = true) order by all")
        return found.fetchall()
