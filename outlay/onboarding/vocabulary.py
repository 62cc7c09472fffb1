"""What exports call things: headings, interactions, platforms, read from vocabulary.toml beside this file."""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from pathlib import Path

from outlay.entities import ENTITIES
from outlay.sources.files.headings import fold, matches

# How sure a match of a heading is. A stem agrees but for brackets and punctuation; a slip is a misspelling.
EXACT, STEM, SLIP, TAIL = 1.0, 0.9, 0.75, 0.5
_CLOSE = 0.83


@cache
def _document() -> dict[str, dict[str, list[str]]]:
    with Path(__file__).with_name("vocabulary.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def names_of(entity: str, column: str) -> tuple[str, ...]:
    """The headings that a column of an entity may have, best first; its canonical name leads."""
    document = _document()
    own, shared = document.get(entity, {}).get(column), document["shared"].get(column, [])
    return tuple(dict.fromkeys([column, *(own or []), *shared]))


@cache
def rank(entity: str, column: str, heading: str) -> tuple[float, int]:
    """How well `heading` names the column (0: not at all; EXACT at best), and where in its list the name stands."""
    best = (0.0, 0)
    for place, name in enumerate(names_of(entity, column)):
        quality = _quality(name, heading)
        if quality > best[0]:
            best = (quality, -place)
    return best


def _quality(name: str, heading: str) -> float:
    if matches(name, heading) is not None:
        return EXACT
    plain, wanted = _stem(heading), _stem(name)
    if not plain or not wanted or "*" in name:
        return 0.0
    if plain == wanted:
        return STEM
    is_alike = len(wanted) > 5 and plain.count(" ") == wanted.count(" ")  # `conversion` is no misspelt `conversion id`
    if is_alike and plain[0] == wanted[0] and difflib.SequenceMatcher(None, plain, wanted).ratio() >= _CLOSE:
        return SLIP
    # `xyz campaign id` may be the campaign's id: several words of ours at the end of a longer heading.
    return TAIL if " " in wanted and plain.endswith(" " + wanted) else 0.0


@cache
def _stem(heading: str) -> str:
    text = re.sub(r"\(.*?\)|\[.*?\]", " ", fold(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)))
    return " ".join(re.findall(r"\w+", text))


def file_words(path: str) -> set[str]:
    """The words of a file's name and folders, for `speaks_for` and `platform_of`."""
    return {word for word in re.split(r"[\W_\d]+", path.casefold()) if word}


def speaks_for(entity: str, words: set[str]) -> int:
    """How many words of a file's name speak for the entity; its own name counts as each of its words."""
    hints = {*_document().get(entity, {}).get("files", [])}
    return len(words & hints) + (set(entity.split("_")) <= words)


def platform_of(words: set[str]) -> str | None:
    """The ad platform that a file's name speaks of, where it is one."""
    found = [platform for platform, hints in _document()["platforms"].items() if words & {*hints}]
    return found[0] if len(found) == 1 else None


@cache
def interaction_of(value: str) -> str | None:
    """`view`, `click`, `visit` or `conversion` for what a source calls an interaction."""
    for interaction, names in _document()["interactions"].items():
        if fold(value) in {fold(name) for name in names}:
            return interaction
    return None


def is_marketing(text: str) -> bool:
    """Whether an account's name sounds like marketing."""
    return any(re.search(rf"\b{re.escape(word)}", text.casefold()) for word in _document()["marketing"]["words"])


def unknown_words() -> list[str]:
    """Tables and columns in vocabulary.toml that name no entity and no column: there must be none."""
    aside = {"shared", "interactions", "platforms", "marketing"}
    every = {column for entity in ENTITIES.values() for column in entity.column_names}
    known = {name: {*entity.column_names, "files"} for name, entity in ENTITIES.items()} | {"shared": every}
    return [
        f"{table}.{column}"
        for table, columns in _document().items()
        if table not in aside - {"shared"}
        for column in columns
        if column not in known.get(table, set())
    ]
