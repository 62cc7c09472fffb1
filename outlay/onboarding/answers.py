"""Takes an answer over only where company.toml could hold it."""

from __future__ import annotations

from copy import deepcopy

from pydantic import ValidationError

from outlay.company import CompanySection, FiscalCalendarSection, SourceSection
from outlay.onboarding.draft import Draft, Question


def take(draft: Draft, question: Question, answer: str) -> None:
    """Writes the answer into the draft; ValueError, in words for the user, and nothing changed, where it cannot be."""
    before = deepcopy(draft.section)
    question.answer(answer)
    try:
        _check(draft)
    except ValidationError as error:
        draft.section.clear()
        draft.section.update(before)
        question.is_answered = False
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def _check(draft: Draft) -> None:
    if draft.name == "company":
        CompanySection.model_validate(draft.section)
    elif draft.name == "fiscal_calendar":
        FiscalCalendarSection.model_validate(draft.section)
    elif draft.section.get("kind"):
        SourceSection.model_validate({"name": draft.name, **draft.section})
