"""A company folder whose ad platforms and exchange rates come from the fake over HTTP, the rest from files."""

from __future__ import annotations

import csv
import importlib
import re
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from outlay.entities import ENTITIES
from outlay.sources.fetched.registry import KINDS
from tests.fakes.data import AD_PLATFORMS, SECRETS, Row, World
from tests.fakes.server import FakeServer

_PLAIN = """[company]
name = "Fetched company"
currency = "EUR"
time_zone = "Europe/Berlin"
attribution_model = "linear"
"""


def write_company(
    folder: Path,
    server: FakeServer,
    *,
    like: Path | None = None,
    platforms: Sequence[str] = AD_PLATFORMS,
    ecb: bool = True,
    campaigns: bool = False,
    invoices: bool = False,
    options: dict[str, dict[str, Any]] | None = None,
) -> dict[str, str]:
    """Writes `folder/company.toml` and the files it needs; returns the environment variables to run it with.

    like: a company folder of files, as `outlay sample` writes it. Its settings and its other sources stay as they
    are, files included. None: what `server.world` knows besides becomes canonical CSV.
    campaigns, invoices: these too come from the platforms (of the invoices Google's only), not from files.
    options: platform -> further keys of its table, as TOML values: {"google_ads": {"restatement_days": 30}}.
    """
    world = server.world
    fetched = _fetched(server, [*platforms, *(["ecb"] if ecb else [])], campaigns, invoices, options or {})
    folder.mkdir(parents=True, exist_ok=True)
    if like is None:
        kept = [_PLAIN, *_canonical_files(folder, world, platforms, ecb, campaigns, invoices)]
    else:
        kept = _kept(folder, like, [*platforms, *(["ecb"] if ecb else [])], campaigns)
        if invoices:
            kept = [_other_invoices(folder, world, part) for part in kept]
    text = "\n".join(part.strip("\n") + "\n" for part in (*kept, *fetched))
    (folder / "company.toml").write_text(text, encoding="utf-8")
    return world.environment(*platforms)


# -- what is fetched -------------------------------------------------------------------------------------------------


def _fetched(
    server: FakeServer, kinds: Sequence[str], campaigns: bool, invoices: bool, options: dict[str, dict[str, Any]]
) -> list[str]:
    tables = []
    for kind in kinds:
        more = options.get(kind, {})
        tables.append(fetched_source(server, kind, "fx_rates" if kind == "ecb" else "platform_spend", kind, more))
        if campaigns and kind != "ecb":
            tables.append(fetched_source(server, kind, "campaigns", f"{kind}_campaigns", more))
    if invoices and "google_ads" in kinds:
        more = options.get("google_ads", {})
        tables.append(fetched_source(server, "google_ads", "platform_invoices", "google_ads_invoices", more))
    return tables


def fetched_source(server: FakeServer, kind: str, entity: str, name: str, more: dict[str, Any] | None = None) -> str:
    """The table of company.toml that fetches `entity` from the fake platform `kind`."""
    world = server.world
    keys: dict[str, Any] = {"kind": kind, "entity": entity, "base_url": server.url(kind)}
    if kind in world.accounts:
        keys["accounts"] = list(world.accounts[kind])
    keys["start"] = _first_day(world, kind)
    names = credential_names(kind)
    if names:
        keys["credentials"] = {one: f"{kind}_{one}".upper() for one in names}
    keys |= more or {}
    return f"[sources.{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items())


def credential_names(kind: str) -> list[str]:
    """The secrets that the connector wants and the fake has."""
    module = importlib.import_module(KINDS[kind].partition(":")[0])
    return [name for name in module.CREDENTIALS if name in SECRETS[kind]]


def _first_day(world: World, kind: str) -> date:
    if kind == "ecb":
        days = [row["date_day"] for row in world.tables.get("fx_rates", []) if row.get("rate_type") == "spot"]
    else:
        days = [row["date_day"] for row in world.tables.get("platform_spend", []) if row["platform"] == kind]
    return min(days, default=date(2026, 1, 1))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | int):
        return str(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- what stays a file -----------------------------------------------------------------------------------------------


def _kept(folder: Path, like: Path, gone: Sequence[str], campaigns: bool) -> list[str]:
    """The tables of another company's company.toml but for those of `gone`; its files lie in `folder` as well."""
    names = {*gone, *(["campaigns"] if campaigns else [])}
    dropped = re.compile(rf"^\[sources\.({'|'.join(sorted(names))})(\.\w+)?\]")
    text = (like / "company.toml").read_text(encoding="utf-8")
    parts = [part for part in re.split(r"(?m)^(?=\[)", text) if not dropped.match(part)]
    for path in sorted((like / "exports").iterdir()):
        if path.name not in names:
            shutil.copytree(path, folder / "exports" / path.name, dirs_exist_ok=True)
    return parts


def _other_invoices(folder: Path, world: World, part: str) -> str:
    """The source of bills, without those that Google delivers itself."""
    if not part.startswith("[sources.platform_invoices]"):
        return part
    return _canonical_source(folder, "platform_invoices", "platform_invoices", _not_google(world))


def _not_google(world: World) -> list[Row]:
    theirs = world.accounts.get("google_ads", {})
    return [row for row in world.tables.get("platform_invoices", []) if row["account_id"] not in theirs]


def _canonical_files(
    folder: Path, world: World, platforms: Sequence[str], ecb: bool, campaigns: bool, invoices: bool
) -> list[str]:
    tables = {name: list(rows) for name, rows in world.tables.items()}
    tables["platform_spend"] = [row for row in tables.get("platform_spend", []) if row["platform"] not in platforms]
    if ecb:
        tables["fx_rates"] = [row for row in tables.get("fx_rates", []) if not is_ecb(row)]
    if campaigns:
        tables["campaigns"] = [row for row in tables.get("campaigns", []) if row["platform"] not in platforms]
    if invoices:
        tables["platform_invoices"] = _not_google(world)
    return [_canonical_source(folder, f"file_{name}", name, rows) for name, rows in tables.items() if rows]


def is_ecb(row: Row) -> bool:
    """Whether it is a rate that the European Central Bank publishes."""
    return row["from_currency"] == "EUR" and (row.get("rate_type") or "spot") == "spot"


def _canonical_source(folder: Path, source: str, entity: str, rows: Sequence[Row]) -> str:
    """Writes `exports/canonical/<entity>.csv` and returns the source that reads it."""
    path = folder / "exports" / "canonical" / f"{entity}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = ENTITIES[entity].column_names
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return (
        f'[sources.{source}]\nkind = "files"\nentity = "{entity}"\nglob = "exports/canonical/{entity}.csv"\n'
        'time_zone = "UTC"\noptional = true\n'
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)
