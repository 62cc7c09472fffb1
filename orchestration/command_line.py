"""What the commands share: where the company is, and how an error is told."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from outlay.settings import Settings

FAILED, USAGE = 1, 2
console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

CompanyOption = Annotated[
    Path | None,
    typer.Option(
        "--company", file_okay=False, help="Folder with company.toml (default: OUTLAY_COMPANY, else data/sample)."
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        file_okay=False,
        help="Where landing, warehouse, published and the spend store live (default: OUTLAY_DATA, else data/<name>).",
    ),
]


def located(company: Path | None, data: Path | None) -> Settings:
    """The settings with the options put before the environment, where child processes and the UI see them too."""
    for name, path in (("OUTLAY_COMPANY", company), ("OUTLAY_DATA", data)):
        if path is not None:
            os.environ[name] = str(path.expanduser().resolve())
    settings = Settings()
    if company is not None and not settings.company_folder.is_dir():
        raise typer.BadParameter(f"there is no folder {settings.company_folder}", param_hint="'--company'")
    return settings


def make_or_migrate(url: str) -> None:
    """Makes the store at `url`, or brings it to this version's schema. Raises StoreError."""
    from outlay.spend_store import migrate
    from outlay.spend_store.schema import CURRENT

    before = migrate(url)
    told = f"made at schema {CURRENT}" if before is None else f"schema {before} -> {CURRENT}"
    errors.print(f"spend store: {told}", markup=False)


def refuse(error: Exception) -> NoReturn:
    """Says what is wrong, and ends the command."""
    errors.print(str(error), style="red", markup=False)
    raise typer.Exit(USAGE)
