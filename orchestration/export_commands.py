"""`outlay export`: the published version as a file that people open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.command_line import USAGE, CompanyOption, DataOption, console, errors, located, refuse
from outlay.publishing import VersionDamagedError, current
from outlay.publishing.workbook import WorkbookError, write_workbook
from outlay.quality import VerdictStore, VerdictStoreError


def register(app: typer.Typer) -> None:
    """Adds the verb to the `outlay` command."""
    app.command()(export)


def export(
    excel: Annotated[Path, typer.Option("--excel", help="The workbook to write (.xlsx).", dir_okay=False)],
    company: CompanyOption = None,
    data: DataOption = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table; may be repeated.")] = None,
) -> None:
    """Write the published version as an Excel workbook, one sheet a table."""
    path = excel.expanduser().resolve()
    if not path.parent.is_dir():
        raise typer.BadParameter(f"{path.parent} is no folder")
    try:
        rooms = located(company, data).data_folder
        version = current(rooms.published.resolve())
        if version is None:
            errors.print("Nothing is published yet: `outlay run` publishes once every gate has passed.", style="red")
            raise typer.Exit(USAGE)
        sheets = write_workbook(version, path, verdicts=VerdictStore(rooms.verdicts).latest(), tables=table or ())
    except (VersionDamagedError, VerdictStoreError, WorkbookError, OSError) as error:
        refuse(error)
    console.print(f"wrote {path}: version {version.version}, {len(sheets)} tables", markup=False)
    for sheet in sheets:
        if sheet.shown < sheet.rows:
            told = f"{sheet.table}: {sheet.shown:,} of {sheet.rows:,} rows; all are in {version.parquet}"
            console.print(told, style="yellow", markup=False)
