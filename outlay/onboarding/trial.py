"""What landing would make of the sample rows: the real parser on the excerpts, before anything is written."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from outlay.company import Company
from outlay.onboarding.draft import Draft
from outlay.sources.base import PARSED_TABLE, Mark
from outlay.sources.files.parse import FileParser

_MOST_FILES = 12


@dataclass
class Trial:
    """Of the sample rows: how many would land, how many not and why; `refused` are whole files that would not."""

    landed: int = 0
    quarantined: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


def try_out(draft: Draft, company: Company, work: Path) -> Trial:
    """Parses the excerpts of `draft`'s files as `company` says; a JSON array or workbook that was cut is left out."""
    trial = Trial()
    section = company.sources[draft.name]
    with tempfile.TemporaryDirectory(dir=work) as folder, duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        parser = FileParser(section, company, connection, Path(folder))
        for parsed in parser.parse(_deliveries(draft)):
            trial.refused += [problem.message for problem in parsed.problems if problem.severity == "failed"]
        found = connection.execute(
            f"select _state, split_part(coalesce(_reason, ''), '; expected', 1), count(*) "
            f"from {PARSED_TABLE} group by all"
        ).fetchall()
    for state, reason, count in found:
        if state == "landed":
            trial.landed += count
        elif state == "quarantined":
            trial.quarantined += count
            trial.reasons[reason] += count
    return trial


def _deliveries(draft: Draft) -> Iterator[tuple[Mark, Path]]:
    excerpts = draft.group.excerpts if draft.group else ()
    whole = [one for one in excerpts if one.is_whole or (one.delimiter and not draft.section.get("total_rows"))]
    step = max(len(whole) // _MOST_FILES, 1)
    for number, one in enumerate(whole[::step][:_MOST_FILES], start=1):
        # The bytes are unwrapped already: their name must not say otherwise.
        name = one.file if one.file.lower().endswith(one.extension) else f"{one.file}{one.extension}"
        yield Mark(name, f"{number:064x}", number), one.path
