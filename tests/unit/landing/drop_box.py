"""A one-source company whose files a test drops, one after the other, and lands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from outlay.company import read_company
from outlay.entities import ENTITIES
from outlay.landing import LandingReport, Partition, land, landed_partitions, landed_problems, write_quarantine

AS_OF = date(2026, 12, 31)
SPEND_HEADING = "platform,account_id,campaign_id,date_day,spend,currency,campaign_name"


def spend_row(campaign: str = "c1", day: str = "2026-03-01", spend: str = "10.00", name: str = "Brand") -> str:
    """One canonical platform_spend row of account `a1`."""
    return f"google,a1,{campaign},{day},{spend},EUR,{name}"


def spend_file(*rows: str, heading: str = SPEND_HEADING) -> str:
    return "\n".join([heading, *(rows or (spend_row(),))]) + "\n"


@dataclass
class DropBox:
    """`put` files, `land` them, then look at what stands: `rows`, `total`, `quarantined`, `checks`."""

    folder: Path
    landing: Path
    entity: str

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / "drop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def remove(self, name: str) -> None:
        (self.folder / "drop" / name).unlink()

    def land(self, *, full: bool = False) -> LandingReport:
        company = read_company(self.folder)
        return land(company.sources["src"], company, self.landing, as_of=AS_OF, full=full)

    def rows(self, columns: str, *, order: str = "source_file, source_row") -> list[tuple[Any, ...]]:
        pattern = f"{self.landing}/typed/{self.entity}/source=src/**/part.parquet"
        if not list((self.landing / "typed" / self.entity).rglob("part.parquet")):
            return []
        types = ", hive_types = {'day': DATE}" if ENTITIES[self.entity].is_dated else ""
        query = f"select {columns} from read_parquet('{pattern}', hive_partitioning = true{types})"
        return duckdb.sql(f"{query} order by {order}").fetchall()

    def total(self) -> str:
        """The sum of what stands, as text."""
        return str(sum((one.control_total for one in self.partitions() if one.control_total is not None), start=0))

    def partitions(self) -> list[Partition]:
        return landed_partitions(self.landing)

    def quarantined(self, columns: str = "row_number, reason", as_of: date = AS_OF) -> list[tuple[Any, ...]]:
        out = self.landing / "run" / "quarantined_rows.parquet"
        write_quarantine(self.landing, as_of, out)
        return duckdb.sql(f"select {columns} from '{out}'").fetchall()

    def checks(self, severity: str) -> list[str]:
        """The checks that stand unmended."""
        return [problem.check for problem in landed_problems(self.landing, ["src"]) if problem.severity == severity]


def drop_box(tmp_path: Path, source: str = "", entity: str = "platform_spend", company: str = "") -> DropBox:
    """An empty drop box; `source` and `company` are further lines of their company.toml tables."""
    folder = tmp_path / "company"
    folder.mkdir(parents=True, exist_ok=True)
    glob = "" if "glob" in source else 'glob = "drop/*"'
    (folder / "company.toml").write_text(
        f'[company]\nname = "x"\ncurrency = "EUR"\n{company}\n'
        f'[sources.src]\nkind = "files"\nentity = "{entity}"\n{glob}\n{source}\n',
        encoding="utf-8",
    )
    return DropBox(folder, tmp_path / "data" / "landing", entity)
