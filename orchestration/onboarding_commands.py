"""`outlay init`: shows what it makes of the files in a folder, asks what they do not say, writes company.toml."""

from __future__ import annotations

import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.prompt import Prompt
from rich.table import Table

from orchestration.command_line import USAGE, console, errors
from outlay.company import FILE_NAME, read_company
from outlay.entities import ENTITIES
from outlay.onboarding import (
    SKIP,
    Draft,
    Excerpt,
    Found,
    Proposal,
    Question,
    Trial,
    choose,
    column_of,
    company_of,
    draft_as,
    draft_sources,
    look,
    missing_of,
    take,
    toml_of,
    try_out,
)

_SAMPLE_ROWS, _WIDEST_CELL, _MOST_HEADINGS = 3, 60, 25


def register(app: typer.Typer) -> None:
    """Adds the verb to the `outlay` command."""
    app.command()(init)


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder with the exports.", exists=True, file_okay=False)
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: take every best guess and mark it `# unsure:`.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the company.toml that is there.")] = False,
) -> None:
    """Start a company: look at the exports in DIR, ask what they do not say, write company.toml."""
    folder = folder.expanduser().resolve()
    target = folder / FILE_NAME
    if target.exists() and not force:
        errors.print(f"{target}: exists already; --force replaces it", style="red", markup=False)
        raise typer.Exit(USAGE)
    asks = not yes and sys.stdin.isatty() and console.is_terminal
    with tempfile.TemporaryDirectory(prefix="outlay-init-") as scratch:
        proposal = _proposed(folder, Path(scratch), asks)
        trials = _tried(proposal, Path(scratch))
    target.write_text(toml_of(proposal), encoding="utf-8")
    read_company(folder)
    _conclude(proposal, trials, target)


def _proposed(folder: Path, scratch: Path, asks: bool) -> Proposal:
    with console.status("reading samples of the files") if console.is_terminal else nullcontext():
        proposal = look(folder, scratch)
    if not proposal.found:
        told = "".join(f"\n  {one.file} {one.reason}" for one in proposal.unread)
        errors.print(
            f"{folder}: no export to read. Expected csv, tsv, xlsx, json lines, Parquet or Beancount files, "
            f"also in gz or zip.{told}",
            style="red",
            markup=False,
        )
        raise typer.Exit(USAGE)
    if asks:
        _ask_all(proposal.company)
        _ask_all(proposal.calendar)
        for found in proposal.found:
            _ask_entity(found)
    draft_sources(proposal)
    for draft in proposal.sources:
        _show(draft)
        if asks:
            _ask_all(draft)
    for found in [one for one in proposal.found if one.group in proposal.unknown] if asks else []:
        _ask_unknown(proposal, found)
    for draft in (proposal.company, proposal.calendar, proposal.rules):
        if asks and draft is proposal.rules:
            _ask_all(draft)
        _show_unsure(draft)
    if not proposal.sources:
        unknown = "\n".join(f"  {one.pattern}: {', '.join(one.headings)}" for one in proposal.unknown)
        errors.print(
            f"no file is recognised as anything that company.toml can map:\n{unknown}", style="red", markup=False
        )
        raise typer.Exit(USAGE)
    return proposal


# -- asking ----------------------------------------------------------------------------------------------------------


def _ask_all(draft: Draft) -> None:
    for question in draft.questions:
        _ask(draft, question)


def _ask(draft: Draft, question: Question) -> None:
    choices = [*question.choices] or None
    while True:
        answer = Prompt.ask(
            f"[{draft.name}] {question.text}".replace("[", "\\["),
            console=console,
            default=question.default,
            choices=choices,
        )
        try:
            take(draft, question, answer)
        except ValueError as error:
            console.print(f"  {error}", style="red", markup=False)
        else:
            return


def _ask_entity(found: Found) -> None:
    """Where two readings are as likely, the user says which."""
    if len(found.candidates) > 1:
        text = f"{found.group.pattern}: several kinds of rows have these headings; which are these?"
        choose(
            found,
            Prompt.ask(
                text.replace("[", "\\["), console=console, default=found.candidates[0], choices=found.candidates
            ),
        )


def _ask_unknown(proposal: Proposal, found: Found) -> None:
    _show_rows(found.group.pattern, found.group.headings, found)
    answer = Prompt.ask(
        f"{found.group.pattern}: which entity is this?".replace("[", "\\["),
        console=console,
        default=SKIP,
        choices=[SKIP, *sorted(ENTITIES)],
    )
    if answer == SKIP:
        return
    headings = {
        column: Prompt.ask(f"which heading holds the {column}?", console=console, choices=[*found.group.headings])
        for column in missing_of(found, answer)
    }
    for draft in draft_as(proposal, found, answer, headings):
        _show(draft)
        _ask_all(draft)


# -- showing ---------------------------------------------------------------------------------------------------------


def _show(draft: Draft) -> None:
    """What a source is taken for: its columns, their headings, some rows; what was concluded; what is unsure."""
    group = draft.group
    if group is None or not group.excerpts:
        return
    files = f"{len(group.files):,} files" if len(group.files) > 1 else "1 file"
    console.print(f"\n{draft.name}: {group.pattern} ({files}) is {draft.entity}", style="bold", markup=False)
    first = group.excerpts[0]
    table = Table("heading", "becomes", "in the first rows", box=None, pad_edge=False)
    for heading in [heading for heading in first.headings if heading.strip()][:_MOST_HEADINGS]:
        table.add_row(_cell(heading), column_of(draft, heading) or "-", _cell(" · ".join(_samples(first, heading))))
    console.print(table)
    for key, said in draft.notes.items():
        for text in said:
            console.print(f"  {key or draft.name}: {text}", markup=False)
    _show_unsure(draft)


def _show_unsure(draft: Draft) -> None:
    for question in draft.open_questions:
        console.print(
            f"  unsure: {draft.name}: {question.text} Taken: {question.default}", style="yellow", markup=False
        )


def _samples(excerpt: Excerpt, heading: str) -> list[str]:
    at = excerpt.headings.index(heading)
    return [row[at].strip() for row in excerpt.rows[:_SAMPLE_ROWS] if at < len(row)]


def _show_rows(pattern: str, headings: tuple[str, ...], found: Found) -> None:
    console.print(f"\n{pattern} is not recognised", style="bold", markup=False)
    for heading in headings[:_MOST_HEADINGS]:
        console.print(f"  {heading}: {', '.join(found.values.of(heading)[:_SAMPLE_ROWS])}", markup=False)


def _cell(text: str) -> str:
    plain = " ".join(text.split()).replace("[", "\\[")
    return plain if len(plain) <= _WIDEST_CELL else plain[: _WIDEST_CELL - 1] + "…"


def _tried(proposal: Proposal, scratch: Path) -> dict[str, Trial]:
    company = company_of(proposal)
    return {draft.name: try_out(draft, company, scratch) for draft in proposal.sources}


def _conclude(proposal: Proposal, trials: dict[str, Trial], target: Path) -> None:
    console.print()
    table = Table("source", "entity", "files", "sample rows that land", "that do not", box=None, pad_edge=False)
    for draft in proposal.sources:
        trial, files = trials[draft.name], len(draft.group.files) if draft.group else 0
        table.add_row(draft.name, draft.entity, f"{files:,}", f"{trial.landed:,}", f"{trial.quarantined:,}")
    console.print(table)
    for name, trial in trials.items():
        for reason, count in trial.reasons.most_common(3):
            console.print(f"  {name}: {count:,} rows: {reason}", style="yellow", markup=False)
        for message in trial.refused[:3]:
            console.print(f"  {name}: {message}", style="red", markup=False)
    for group in proposal.unknown:
        console.print(f"  not read: {group.pattern}: no entity has its headings", style="yellow", markup=False)
    for one in proposal.unread:
        console.print(f"  not read: {one.file} {one.reason}", style="yellow", markup=False)
    unsure = sum(len(draft.open_questions) for draft in proposal.drafts)
    unsure += sum(
        text.startswith("unsure:") for draft in proposal.sources for said in draft.notes.values() for text in said
    )
    console.print(f"wrote {target}", markup=False)
    if unsure:
        console.print(f"{unsure} guesses are unsure: look for `# unsure:` in it", style="yellow", markup=False)
    console.print(
        f"next: outlay check --company {target.parent}, then outlay run --company {target.parent}", markup=False
    )
