"""Which files are deliveries of one export: by their names, whose dates and numbers differ, and by their headings."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePosixPath

from outlay.company import FILE_NAME
from outlay.onboarding.excerpts import Excerpt, excerpts
from outlay.sources.files.archives import UnreadableError, natural_key
from outlay.sources.files.discover import find
from outlay.sources.files.headings import fold

# Of a larger group, so many files are looked at: the first, the last, and others between them.
MOST_FILES = 48
_MONTHS = (
    "january february march april may june july august september october november december "
    "januar februar märz maerz mai juni juli oktober dezember "
    "jan feb mar mär apr jun jul aug sep sept oct okt nov dec dez q1 q2 q3 q4"
)
_VARIABLE = re.compile(
    rf"\d+|(?<![^\W\d_])(?:{'|'.join(sorted(_MONTHS.split(), key=len, reverse=True))})(?![^\W\d_])", re.I
)
_OWN_ROOMS = {"landing", "warehouse", "published", "verdicts", "dagster", "spend_store"}
_YEAR = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?$")
_READ = {".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".jsonl", ".ndjson"}
_READ |= {".parquet", ".beancount", ".bean", ".gz", ".zip"}


@dataclass(frozen=True)
class Group:
    """Files that one `[sources.<name>]` table reads. `excerpts` are those that were looked at."""

    pattern: str
    files: tuple[str, ...]
    excerpts: tuple[Excerpt, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading of any file, the most frequent spelling of each, in the order of the files."""
        spellings: dict[str, dict[str, int]] = {}
        for one in self.excerpts:
            for heading in one.headings:
                if heading.strip():
                    counts = spellings.setdefault(fold(heading), {})
                    counts[heading.strip()] = counts.get(heading.strip(), 0) + 1
        return tuple(max(counts, key=lambda text: counts[text]) for counts in spellings.values())


@dataclass(frozen=True)
class Unread:
    """A file that nothing can be made of, and why."""

    file: str
    reason: str


def survey(folder: Path, work: Path) -> tuple[list[Group], list[Unread]]:
    """Everything in `folder` that sources of files can read, grouped; `work` takes what is unwrapped."""
    files = [offer.name for offer in find(folder, "**/*") if offer.size and _is_export(offer.name)]
    readable = [file for file in files if PurePosixPath(file).suffix.lower() in _READ]
    groups: list[Group] = []
    unread: list[Unread] = []
    for names in _by_skeleton(readable):
        looked_at: dict[str, list[Excerpt]] = {}
        for number, file in enumerate(_spread(names)):
            try:
                place = work / f"{len(groups)}_{len(unread)}_{number}_{abs(hash(file)) % 10**8}"
                place.mkdir()
                looked_at[file] = list(excerpts(folder / file, file, place))
            except UnreadableError as error:
                unread.append(Unread(file, str(error)))
        broken = {one.file for one in unread}
        groups += _by_content([name for name in names if name not in broken], looked_at, readable)
    return _merged(groups, readable), unread


def _is_export(file: str) -> bool:
    """Neither company.toml nor what a run writes where a company's data stands in its own folder."""
    first, _, rest = file.partition("/")
    return file != FILE_NAME and not (rest and first in _OWN_ROOMS)


def _by_skeleton(files: Sequence[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for file in files:
        groups.setdefault(_VARIABLE.sub("\0", file.casefold()), []).append(file)
    return list(groups.values())


def _spread(names: list[str]) -> list[str]:
    if len(names) <= MOST_FILES:
        return names
    return [names[at * (len(names) - 1) // (MOST_FILES - 1)] for at in range(MOST_FILES)]


def _by_content(names: list[str], looked_at: dict[str, list[Excerpt]], everything: Sequence[str]) -> list[Group]:
    """One group a sheet where workbooks have several; else one for all files."""
    sheets: dict[str | None, list[Excerpt]] = {}
    for found in looked_at.values():
        for one in found:
            sheets.setdefault(one.sheet, []).append(one)
    pattern = pattern_of(names, everything)
    return [Group(pattern, tuple(names), tuple(found)) for found in sheets.values()]


def pattern_of(names: Sequence[str], everything: Sequence[str]) -> str:
    """The glob that names these files and none of the others, the shortest of some."""
    if not names:
        return ""
    pieces = _VARIABLE.split(names[0])
    rows = [_VARIABLE.findall(name) for name in names]
    tokens = _dated(
        ["*" if len({*column}) > 1 or _YEAR.match(column[0]) else column[0] for column in zip(*rows, strict=True)],
        pieces,
    )
    exact = "".join(piece + token for piece, token in zip(map(_literal, pieces), [*tokens, ""], strict=True))
    short = re.sub(r"\*(?:[-_. ]*\*)+", "*", exact)
    others = {*everything} - {*names}
    for pattern in (short, exact):
        if not any(_names(pattern, other) for other in others):
            return pattern
    return exact if len(names) > 1 else _literal(names[0])


def _dated(tokens: list[str], pieces: list[str]) -> list[str]:
    """Days and months beside a part that varies vary too, though all files so far are of one month."""
    for at in [*range(len(tokens)), *reversed(range(len(tokens)))]:
        beside = [(at - 1, pieces[at]), (at + 1, pieces[at + 1])]
        is_short = len(tokens[at]) <= 2 or not tokens[at].isdigit()
        if is_short and any(
            0 <= other < len(tokens) and tokens[other] == "*" and not between.strip("-_. ") for other, between in beside
        ):
            tokens[at] = "*"
    return tokens


def _literal(text: str) -> str:
    return glob.escape(text)


def _names(pattern: str, file: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\[\[\]", r"\[")
    return re.fullmatch(expression, file) is not None


def _merged(groups: list[Group], everything: Sequence[str]) -> list[Group]:
    """Groups of one folder and ending with the very same headings are one export, if a glob names just them."""
    alike: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        if not group.excerpts:
            continue
        first = group.excerpts[0]
        folded = frozenset(fold(heading) for heading in group.headings)
        folder = os.path.dirname(group.pattern)  # noqa: PTH120
        alike.setdefault((folder, first.extension, first.sheet, first.delimiter, first.encoding, folded), []).append(
            group
        )
    merged = []
    for some in alike.values():
        files = sorted((file for group in some for file in group.files), key=natural_key)
        starts = [group.pattern.split("*")[0] for group in some]
        prefix = "".join(one[0] for one in takewhile(lambda one: len({*one}) == 1, zip(*starts, strict=False)))
        ending = "".join(PurePosixPath(files[0]).suffixes[-2:])
        pattern = f"{prefix}*{ending}"
        is_ours = {file for file in everything if _names(pattern, file)} == {*files}
        if len(some) > 1 and is_ours:
            merged.append(Group(pattern, tuple(files), tuple(one for group in some for one in group.excerpts)))
        else:
            merged += some
    return sorted(merged, key=lambda group: natural_key(group.pattern))
