"""A company folder without a single file: spend, books and orders from the fake, the rest from an SQLite database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from outlay.company import read_company
from outlay.entities import ENTITIES, Entity
from tests.fakes.company import fetched_source, is_ecb
from tests.fakes.data import AD_PLATFORMS, FakeAccount, Row, World
from tests.fakes.platforms.netsuite_tables import custom_columns
from tests.fakes.platforms.shopify import detail_columns
from tests.fakes.server import FakeServer

NETSUITE, SHOP = "1234567_SB1", "nordhang-24.myshopify.com"
DATABASE, VARIABLE = "company.db", "COMPANY_DATABASE_URL"
# What SQLite has no use for and a log must never show.
DATABASE_URL = f"sqlite://reader:canary-sql-password@/{DATABASE}"

# Source -> kind and entity. Whatever else the world knows comes from the database.
BOOKS = {
    "ledger": ("netsuite", "ledger_entries"),
    "accounts": ("netsuite", "accounts"),
    "vendors": ("netsuite", "vendors"),
    "orders": ("shopify", "conversions"),
    "refunds": ("shopify", "refunds"),
}
# What this company keeps in custom fields, for a standard NetSuite account has no column for it or other words.
_CUSTOM = {
    "ledger_entries": [
        "entry_id", "doc_type", "document_date", "service_start", "service_end", "campaign_id", "channel",
        "tax_amount", "status", "source_updated_at",
    ],
    "accounts": ["class", "is_marketing", "spend_category"],
    "vendors": ["bank_hash", "domain", "country", "platform_account_ids", "merged_into"],
}  # fmt: skip
_TYPES = {
    "date": "date", "timestamp": "timestamp", "money": "decimal(18,4)", "rate": "decimal(18,8)",
    "number": "decimal(18,6)", "integer": "integer", "boolean": "boolean",
}  # fmt: skip


def write_fetched_company(folder: Path, server: FakeServer, *, like: Path) -> dict[str, str]:
    """Writes `folder/company.toml` and the database; returns the environment variables to run it with.

    like: a company folder whose settings, channels and departments it has; `server.world` holds what that one landed.
    """
    world, stated = server.world, read_company(like)
    home = ZoneInfo(stated.company.time_zone)
    for kind, account in (("netsuite", NETSUITE), ("shopify", SHOP)):
        world.accounts[kind] = {account: FakeAccount(account, stated.company.name, stated.company.currency, str(home))}
    folder.mkdir(parents=True, exist_ok=True)
    parts = re.split(r"(?m)^(?=\[)", (like / "company.toml").read_text(encoding="utf-8"))
    tables = [part.strip("\n") + "\n" for part in parts if not part.startswith("[sources.")]
    tables += [fetched_source(server, platform, "platform_spend", platform) for platform in AD_PLATFORMS]
    tables.append(fetched_source(server, "ecb", "fx_rates", "ecb"))
    tables += [_book(server, source, home) for source, (_, entity) in BOOKS.items() if world.tables[entity]]
    tables += list(_databases(folder / DATABASE, world, home))
    (folder / "company.toml").write_text("\n".join(tables), encoding="utf-8")
    return world.environment(*AD_PLATFORMS, "netsuite", "shopify") | {VARIABLE: DATABASE_URL}


def _book(server: FakeServer, source: str, home: ZoneInfo) -> str:
    kind, entity = BOOKS[source]
    options: dict[str, Any] = {}
    if kind == "netsuite":
        options["columns"] = custom_columns(entity, _CUSTOM[entity])
    if entity == "ledger_entries":
        options["posted_only"] = False
    if kind == "shopify":
        options["money"] = "presentment"
    if entity == "conversions":
        options["columns"] = detail_columns()
    more: dict[str, Any] = {"options": options}
    if ENTITIES[entity].is_dated:
        more["start"] = _first_day(server.world, ENTITIES[entity], home)
    return fetched_source(server, kind, entity, source, more)


def _databases(path: Path, world: World, home: ZoneInfo) -> Iterator[str]:
    """Every entity that no platform delivers, as a table of the database and the source that reads it."""
    elsewhere = {"platform_spend", *(entity for _, entity in BOOKS.values())}
    with closing(sqlite3.connect(path)) as database, database:
        for name, rows in world.tables.items():
            rows = [row for row in rows if name != "fx_rates" or not is_ecb(row)]
            if rows and name not in elsewhere:
                _fill(database, ENTITIES[name], rows)
                start = f"start = {_first_day(world, ENTITIES[name], home)}\n" if ENTITIES[name].is_dated else ""
                yield (
                    f'[sources.{name}]\nkind = "sql"\nentity = "{name}"\n{start}time_zone = "UTC"\n'
                    f'credentials = {{ url = "{VARIABLE}" }}\noptions = {{ table = "{name}" }}\n'
                )


def _fill(database: sqlite3.Connection, entity: Entity, rows: list[Row]) -> None:
    columns = ", ".join(f'"{column.name}" {_TYPES.get(column.type, "text")}' for column in entity.columns)
    database.execute(f"create table {entity.name} ({columns})")
    marks = ", ".join("?" for _ in entity.columns)
    cells = ([_cell(row.get(name)) for name in entity.column_names] for row in rows)
    database.executemany(f"insert into {entity.name} values ({marks})", cells)


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value) if isinstance(value, Decimal | date) else value


def _first_day(world: World, entity: Entity, home: ZoneInfo) -> date:
    """The company's day of the entity's first row; moments of the world are UTC."""
    first = min(row[entity.day_column or ""] for row in world.tables[entity.name])
    if isinstance(first, datetime):
        return first.replace(tzinfo=UTC).astimezone(home).date()
    return date.fromisoformat(str(first))
