"""Which cell of a delivered row a canonical column comes from: headings, folded, and where in a file they stand."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

# How far down a file its heading may stand: exports put a title, a date range and a filter note above it.
LONGEST_PREAMBLE = 50


@lru_cache(maxsize=8192)
def fold(heading: str) -> str:
    """`heading` without what exports change at will: case, underscores, outer and repeated spaces, NBSP, BOM."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"[\s_\ufeff\u200b]+", " ", text).strip()


def matches(pattern: str, text: str) -> str | None:
    """What the `*` of `pattern` stands for in `text`, both folded alike ('' without a `*`); None if they differ."""
    if "*" not in pattern:
        return "" if fold(pattern) == fold(text) else None
    parts = [re.escape(part) for part in fold(pattern).split("*")]
    found = re.fullmatch("(.*)".join(parts), fold(text), re.DOTALL)
    if not found:
        return None
    return _as_written(text, found.group(1))


def _as_written(text: str, folded: str) -> str:
    """The part of `text` that folds to `folded`, in its own spelling: `usd` of `Amount spent (USD)` is `USD`."""
    plain = unicodedata.normalize("NFKC", text)
    at = plain.casefold().find(folded)
    return plain[at : at + len(folded)].strip() if at >= 0 else folded.strip()


@dataclass(frozen=True)
class Headings:
    """The headings of one delivered table, as written, in order. A blank one names nothing."""

    names: tuple[str, ...]

    @cached_property
    def folded(self) -> tuple[str, ...]:
        return tuple(fold(name) for name in self.names)

    def find(self, accepted: Sequence[str]) -> tuple[int, str] | None:
        """Position of the first accepted heading that is present, and what its `*` stands for."""
        for pattern in accepted:
            if "*" not in pattern:
                if fold(pattern) in self.folded and fold(pattern):
                    return self.folded.index(fold(pattern)), ""
                continue
            for position, name in enumerate(self.names):
                star = matches(pattern, name) if name.strip() else None
                if star is not None:
                    return position, star
        return None

    def twice(self, position: int) -> bool:
        """Whether another heading reads the same as the one at `position`."""
        return self.folded.count(self.folded[position]) > 1

    def nearest(self, accepted: Sequence[str]) -> str | None:
        """The heading that looks most like an accepted one: what a missing column was probably renamed to."""
        folded = {fold(name): name for name in self.names if name.strip()}
        for pattern in accepted:
            wanted = fold(pattern.replace("*", ""))
            close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
            close = close or [name for name in folded if wanted and (wanted in name or name in wanted)]
            if close:
                return folded[close[0]]
        return None

    def listed(self) -> str:
        return ", ".join(name.strip() or "(blank)" for name in self.names) or "none"


def score(cells: Iterable[str], accepted: Sequence[Sequence[str]]) -> int:
    """How many of the wanted columns (each a list of accepted headings) this row names."""
    headings = Headings(tuple(cells))
    return sum(headings.find(patterns) is not None for patterns in accepted)


def best_row(rows: Sequence[Sequence[str]], accepted: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Position and score of the row that is the heading: the most wanted columns, the earlier row on a tie.

    A row that names all wanted columns ends the search. Without any wanted column the first row with the most cells
    is taken, so that a message can show it.
    """
    best, best_score = 0, 0
    for position, row in enumerate(rows[:LONGEST_PREAMBLE]):
        found = score(row, accepted)
        if found > best_score:
            best, best_score = position, found
        if found == len(accepted):
            break
    if best_score == 0 and rows:
        best = max(range(min(len(rows), LONGEST_PREAMBLE)), key=lambda at: (_filled(rows[at]), -at))
    return best, best_score


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)
