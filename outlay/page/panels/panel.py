"""What every panel is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from outlay.page.numbers import Figure, reason_text
from outlay.page.reading import Answer

T = TypeVar("T", bound=Mapping[str, Any])

MOST_CHANNELS = 10  # of a panel: each costs a kilobyte of a page that a phone loads on the way to a meeting

# A sentence whose numbers can be followed: texts and figures in turn.
Sentence = Sequence[str | Figure]


@dataclass(frozen=True)
class Panel:
    """`name`: its anchor and its template `panels/<name>.html.j2`. `empty`: why there is nothing to show."""

    name: str
    title: Sentence
    subtitle: str
    answers: Sequence[Answer]
    empty: str = ""
    view: Mapping[str, Any] = field(default_factory=dict)


def nothing(name: str, title: str, answers: Sequence[Answer], why: str) -> Panel:
    """A panel without content, which says why."""
    missing = [table for answer in answers for table in answer.missing]
    reason = f"This version has no table {', '.join(dict.fromkeys(missing))}." if missing else why
    return Panel(name, [title], "", answers, empty=reason)


def foremost(rows: Sequence[T], weight: Callable[[T], Any], most: int = MOST_CHANNELS) -> list[T]:
    """The `most` rows of the largest weight, in the order in which they came."""
    kept = sorted(range(len(rows)), key=lambda place: weight(rows[place]), reverse=True)[:most]
    return [rows[place] for place in sorted(kept)]


def unknown(figure: Figure) -> str:
    """The reason in words, for sentences."""
    return reason_text(figure.reason)


def joined(parts: Sequence[Sentence]) -> list[str | Figure]:
    """`a, b and c`."""
    told: list[str | Figure] = []
    for index, part in enumerate(parts):
        if index:
            told.append(" and " if index == len(parts) - 1 else ", ")
        told.extend(part)
    return told
