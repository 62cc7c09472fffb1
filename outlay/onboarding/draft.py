"""What init means to write: sections of company.toml, what is said beside them, and what only the user can know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from outlay.onboarding.groups import Group


@dataclass
class Question:
    """Something that the files do not say. `key` is where its answer stands in the section, dotted.

    `default` is the best guess, already written into the draft; `effect` writes another answer. `choices` are all
    possible answers (none: any text).
    """

    key: str
    text: str
    default: str
    effect: Callable[[str], None]
    choices: tuple[str, ...] = ()
    is_answered: bool = False

    def answer(self, value: str) -> None:
        """Takes the user's answer over; ValueError where it is none of the choices."""
        if self.choices and value not in self.choices:
            raise ValueError(f"{value!r} is none of {', '.join(self.choices)}")
        self.effect(value)
        self.default, self.is_answered = value, True


@dataclass
class Draft:
    """One section. `notes` are what was concluded and from what, by dotted key ('' for the section as a whole)."""

    name: str
    section: dict[str, Any]
    group: Group | None = None
    questions: list[Question] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Any]:
        found: dict[str, Any] = self.section.setdefault("columns", {})
        return found

    @property
    def entity(self) -> str:
        return str(self.section["entity"])

    @property
    def open_questions(self) -> list[Question]:
        return [question for question in self.questions if not question.is_answered]

    def note(self, key: str, text: str) -> None:
        """Says something beside a key, once."""
        said = self.notes.setdefault(key, [])
        if text not in said:
            said.append(text)

    def ask(
        self,
        key: str,
        text: str,
        default: str,
        choices: tuple[str, ...] = (),
        effect: Callable[[str], None] | None = None,
    ) -> None:
        """Writes `default` at `key`, and asks whether it is right."""
        write = effect or (lambda value: self.set(key, value))
        write(default)
        self.questions.append(Question(key, text, default, write, choices))

    def set(self, key: str, value: Any) -> None:
        """Writes a value at a dotted key; `columns.x` of a column that has none is a constant."""
        table, _, last = key.rpartition(".")
        (self.columns if table else self.section)[last] = {"constant": value} if table else value
