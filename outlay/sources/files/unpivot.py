"""A wide table read as a long one: each member's heading and cell become a row."""

from __future__ import annotations

from collections.abc import Sequence

from outlay.company import SourceSection
from outlay.sources.files.headings import Headings
from outlay.sources.quoting import literals

_Wanted = Sequence[Sequence[str]]


def _parts(headings: tuple[str, ...], section: SourceSection, wanted: _Wanted) -> tuple[list[int], list[int]]:
    """Positions that stay as they are (columns, row_key or only_rows name them), positions that become rows."""
    found = Headings(headings)
    stated = [*wanted, *([name] for name in (*section.row_key, *section.only_rows))]
    kept = sorted({place[0] for accepted in stated if (place := found.find(accepted))})
    return kept, [at for at, name in enumerate(headings) if at not in kept and name.strip()]


def unpivoted_headings(headings: tuple[str, ...], section: SourceSection, wanted: _Wanted) -> tuple[str, ...]:
    """The headings after the turn; the same ones where the source declares none."""
    if section.unpivot is None:
        return headings
    kept, _ = _parts(headings, section, wanted)
    return (*(headings[at] for at in kept), section.unpivot.names, section.unpivot.values)


def unpivoted_sql(relation: str, headings: tuple[str, ...], section: SourceSection, wanted: _Wanted) -> str:
    """SQL for the turned relation; a flawed record stays one record."""
    if section.unpivot is None:
        return relation
    kept, members = _parts(headings, section, wanted)
    cells = "".join(f"c{at} as c{new}, " for new, at in enumerate(kept))
    names = literals(headings[at].strip() for at in members)
    values = ", ".join(f"c{at}" for at in members)
    return (
        f"(select _delivery, _file, _row, _flaw, _raw, {cells}"
        f"unnest(case when _flaw is null then [{names}] else [null] end) as c{len(kept)}, "
        f"unnest(case when _flaw is null then [{values}] else [null] end) as c{len(kept) + 1} from {relation})"
    )
