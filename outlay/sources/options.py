"""Reads a connector's `options` out of company.toml; a value it cannot use is an error that names the key."""

from __future__ import annotations

from typing import Any

from outlay.company import Company, CompanyError, SourceSection
from outlay.entities import ENTITIES


class Options:
    """The options of one source. Every reader raises CompanyError for a value of another kind."""

    def __init__(self, section: SourceSection, company: Company) -> None:
        self._section = section
        self._where = f"{company.folder / 'company.toml'}: sources.{section.name}.options"

    def text(self, name: str, default: str, choices: tuple[str, ...] = ()) -> str:
        """A text; with `choices` one of them."""
        value = self._section.options.get(name, default)
        if not isinstance(value, str) or (choices and value not in choices):
            self._refuse(name, value, f"one of {', '.join(choices)}" if choices else "a text")
        return str(value)

    def integer(self, name: str, default: int, least: int = 0) -> int:
        """A whole number that is `least` or more."""
        value = self._section.options.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self._refuse(name, value, f"a whole number from {least}")
        return int(value)  # type: ignore[arg-type]

    def flag(self, name: str, default: bool = False) -> bool:
        """true or false."""
        value = self._section.options.get(name, default)
        if not isinstance(value, bool):
            self._refuse(name, value, "true or false")
        return bool(value)

    def columns(self, name: str = "columns") -> dict[str, str]:
        """A list of `column = what it is read from`: canonical column -> the platform's word for it."""
        value = self._section.options.get(name, [])
        known = ENTITIES[self._section.entity].column_names
        read = {}
        items: list[object] = list(value) if isinstance(value, list) else [value]
        for item in items:
            column, equals, origin = str(item).partition("=")
            if not equals or not origin.strip() or column.strip() not in known:
                self._refuse(
                    name, item, f'a list of "column = what it is read from", the columns being {", ".join(known)}'
                )
            read[column.strip()] = origin.strip()
        return read

    def _refuse(self, name: str, value: Any, expected: str) -> None:
        raise CompanyError(f"{self._where}.{name}: expected {expected} (found {value!r:.80})")
