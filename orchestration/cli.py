"""`outlay`: make a sample, run a day, ask how things stand.

Exit codes: 0 done, 1 a gate failed or the run could not finish, 2 the call or company.toml is wrong.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration import api_commands, export_commands, onboarding_commands
from orchestration.command_line import FAILED, USAGE, CompanyOption, DataOption, console, errors, located
from orchestration.second_process import second_process
from outlay.company import CompanyError, read_company
from outlay.settings import Settings

app = typer.Typer(
    help="Marketing spend and the ledger, agreed once a day.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _checked_company() -> None:
    try:
        read_company(Settings().company_folder)
    except CompanyError as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(USAGE) from None


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the company into.")],
    days: Annotated[int, typer.Option(min=1, help="Days of history.")] = 90,
    scale: Annotated[float, typer.Option(min=0.001, help="1 is about 100,000 touchpoints in 90 days.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Same seed, same company.")] = 7,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = datetime(2026, 1, 1),  # noqa: DTZ001
) -> None:
    """Write a simulated company: its exports, and under truth/ what is really true of it."""
    from orchestration.screen import progress_bar
    from outlay.sample import write_sample

    with progress_bar(console, "simulating") as tell:
        summary = write_sample(
            out.expanduser().resolve(),
            days=days,
            scale=scale,
            seed=seed,
            start=start.date(),
            progress=lambda done, total, _day: tell("days", done, total),
        )
    console.print(str(summary), markup=False)


@app.command()
def run(
    company: CompanyOption = None,
    data: DataOption = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The day to run (default: yesterday, company time)."),
    ] = None,
    from_day: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=["%Y-%m-%d"], help="First day of a range. What is delivered from before it counts too."
        ),
    ] = None,
    to_day: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of a range.")] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Read every file and build every day again.")
    ] = False,
) -> None:
    """Land what was delivered, gate it, build the marts, gate them, publish."""
    if day and (from_day or to_day):
        raise typer.BadParameter("give either --date or --from and --to")
    if bool(from_day) != bool(to_day):
        raise typer.BadParameter("--from and --to belong together")
    if from_day and to_day and from_day > to_day:
        raise typer.BadParameter(f"--from {from_day:%Y-%m-%d} lies after --to {to_day:%Y-%m-%d}")
    located(company, data)
    _checked_company()
    second_process()  # imports there what this process does not need, while it imports what it does
    from orchestration.running import run_day_to_publication

    as_of = (day or to_day).date() if (day or to_day) else None  # type: ignore[union-attr]
    first: date | None = from_day.date() if from_day else None
    raise typer.Exit(run_day_to_publication(console, errors, as_of=as_of, from_day=first, full_refresh=full_refresh))


@app.command()
def status(
    company: CompanyOption = None,
    data: DataOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """What is published, what the gates said, what is quarantined."""
    from orchestration.screen import print_status
    from outlay.status import read_status

    found = read_status(located(company, data).data_folder)
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))
    else:
        print_status(console, found)


@app.command()
def check(company: CompanyOption = None, data: DataOption = None) -> None:
    """Read company.toml and every source's files without landing anything; say what would not work."""
    located(company, data)
    _checked_company()
    from orchestration.screen import print_check

    raise typer.Exit(FAILED if print_check(console, read_company(Settings().company_folder)) else 0)


@app.command()
def publish(
    company: CompanyOption = None,
    data: DataOption = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Serve the version before the current one.")] = False,
    to: Annotated[str | None, typer.Option("--to", help="With --rollback: the version to serve.")] = None,
) -> None:
    """Publish what the warehouse holds, if every gate passed for exactly that; or go back a version."""
    located(company, data)
    if to and not rollback:
        raise typer.BadParameter("--to goes with --rollback")
    if not rollback:
        _checked_company()
        second_process()
    from orchestration.running import publish_again, roll_back

    raise typer.Exit(roll_back(console, errors, to=to) if rollback else publish_again(console, errors))


onboarding_commands.register(app)
export_commands.register(app)
api_commands.register(app)


def main() -> None:
    """Entry point of the `outlay` command."""
    app()


if __name__ == "__main__":
    main()
