"""What tells the rows of an export apart: its own numbers, a breakdown finer than ours, or only their place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from outlay.entities import ENTITIES
from outlay.onboarding.draft import Draft
from outlay.onboarding.recognise import Reading, Values
from outlay.onboarding.shapes import NULLS, share_of_dates
from outlay.sources.files.headings import fold

# Ids that an export may lack. Its place in its file then stands for a row.
_NUMBERED = {
    "touchpoints": "touch_id",
    "conversions": "conversion_id",
    "refunds": "refund_id",
    "ledger_entries": "entry_id",
    "payments": "payment_id",
    "vendor_invoice_lines": "line_no",
}
_PLACE = "{$file}:{$row}"


def state_missing_ids(draft: Draft, reading: Reading) -> None:
    """Numbers rows where nothing in them is their id."""
    column = _NUMBERED.get(draft.entity)
    if column and column not in reading.columns:
        _number_rows(draft, column, f"no heading holds the {column}: a row's place in its file stands for it")
    if draft.entity == "ledger_entries" and "journal_id" not in reading.columns:
        draft.columns["journal_id"] = draft.columns.get("entry_id", "entry_id")
    if draft.entity == "vendor_invoices" and "invoice_id" not in reading.columns:
        draft.columns["invoice_id"] = reading.columns["invoice_number"]


def _number_rows(draft: Draft, column: str, why: str) -> None:
    draft.columns[column] = {"template": _PLACE}
    draft.note(f"columns.{column}", why)


def state_row_key(draft: Draft, reading: Reading, values: Values) -> None:
    """Names the headings that make rows unique where the entity's key does not: rows are then finer than it."""
    entity = ENTITIES[draft.entity]
    key = [column for column in entity.key if column in reading.columns]
    key.sort(key=lambda column: entity.column(column).type != "text")
    if not key or _has_own_number(draft) or draft.section.get("only_rows"):
        return
    parts = [reading.columns[column] for column in key]
    if _is_unique(values, parts):
        return
    added: list[str] = []
    for heading in _dimensions(draft, reading, values):
        if _distinct(values, [*parts, [heading]]) > _distinct(values, parts):
            added.append(heading)
            parts.append([heading])
        if _is_unique(values, parts):
            draft.section["row_key"] = added
            draft.note("row_key", f"rows are finer than {', '.join(key)}; these headings tell them apart")
            return
    column = _NUMBERED.get(draft.entity)
    if column in key and draft.entity != "vendor_invoice_lines":
        heading = reading.columns[column][0]
        _number_rows(draft, column, f"{heading} stands on several rows: a row's place in its file is added")
        draft.columns[column] = {"template": f"{{{'|'.join(reading.columns[column])}}}:{_PLACE}"}
        return
    draft.note("", f"several rows share {', '.join(key)} and nothing tells them apart: only the last of each counts")


def _has_own_number(draft: Draft) -> bool:
    column: Any = draft.columns.get(_NUMBERED.get(draft.entity, ""), {})
    return isinstance(column, dict) and "template" in column


def rows_of(values: Values, headings: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The cells under these headings, of every row of every file; a row that repeats another word for word once.

    Rows without the first of them are totals and footers.
    """
    found = []
    for excerpt in values.group.excerpts:
        places = [_place(excerpt.headings, accepted) for accepted in headings]
        for row in dict.fromkeys(excerpt.rows):
            cells = [row[at].strip() if at is not None and at < len(row) else "" for at in places]
            if cells[0] not in NULLS:
                found.append((excerpt.file, *cells))
    return found


def _place(headings: Sequence[str], accepted: Sequence[str]) -> int | None:
    folded = [fold(heading) for heading in headings]
    return next((folded.index(fold(one)) for one in accepted if fold(one) in folded), None)


def _distinct(values: Values, headings: Sequence[Sequence[str]]) -> int:
    return len({*rows_of(values, headings)})


def _is_unique(values: Values, headings: Sequence[Sequence[str]]) -> bool:
    rows = rows_of(values, headings)
    return len({*rows}) == len(rows)


def _dimensions(draft: Draft, reading: Reading, values: Values) -> list[str]:
    """Unused headings that can name a row: no measures, most telling first; ids before all."""
    found = []
    for heading in values.group.headings:
        sample = values.of(heading)
        if fold(heading) in reading.used or not sample or "." in "".join(sample[:50]) or share_of_dates(sample) > 0.5:
            continue
        is_id = fold(heading).split(" ")[-1] in ("id", "no", "number", "key", "nr", "code")
        is_count = all(one.isdigit() for one in sample) and not is_id and len({*sample}) > 50
        if not is_count:
            found.append((not is_id, -len({*sample}), heading))
    return [heading for *_, heading in sorted(found)]
