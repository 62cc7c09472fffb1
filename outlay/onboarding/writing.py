"""The draft as company.toml: every conclusion with its reason beside it, every open question marked `# unsure:`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from outlay.onboarding.draft import Draft
from outlay.onboarding.proposal import Proposal, channels_of

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = """\
# Written by `outlay init` from the files in this folder. Every table and key is explained in the README.
# `outlay check` tells what would land, without landing it. Lines that begin with `# unsure:` are guesses: confirm them.
"""


def document_of(proposal: Proposal) -> dict[str, Any]:
    """The same as a parsed company.toml would give."""
    document: dict[str, Any] = {"company": proposal.company.section}
    if proposal.calendar.section:
        document["fiscal_calendar"] = proposal.calendar.section
    document["sources"] = {draft.name: draft.section for draft in proposal.sources}
    if channels := channels_of(proposal):
        document["channels"] = channels
    if proposal.rules.section:
        document["accounts"] = proposal.rules.section
    return document


def toml_of(proposal: Proposal) -> str:
    """The text of company.toml."""
    parts = [_HEAD, *_table("company", proposal.company)]
    if proposal.calendar.section:
        parts += ["", *_table("fiscal_calendar", proposal.calendar)]
    for draft in proposal.sources:
        parts += ["", *_table(f"sources.{draft.name}", draft)]
    if channels := channels_of(proposal):
        parts += ["", '# First match wins; what matches nothing is `unmapped`. Divide them by `campaigns = "*brand*"`.']
        parts += ["[channels]", *(f"{_key(name)} = {_value(rule)}" for name, rule in channels.items())]
    if proposal.rules.section:
        parts += ["", *_remarks(proposal.rules, "")]
        for account, rule in proposal.rules.section.items():
            said = "; ".join(proposal.rules.notes.get(account, []))
            parts += [f"[accounts.{_key(account)}]" + (f"  # {_line(said)}" if said else "")]
            parts += [f"{_key(name)} = {_value(value)}" for name, value in rule.items()] + [""]
    for group in proposal.unknown:
        shown = ", ".join(group.headings[:12])
        parts += [
            "",
            f"# unsure: {_line(group.pattern)} is read by nothing: its headings say no entity ({_line(shown)})",
        ]
    parts += [f"# unsure: {_line(one.file)} {_line(one.reason)}" for one in proposal.unread]
    return "\n".join(parts).rstrip() + "\n"


def _table(name: str, draft: Draft) -> Iterator[str]:
    yield from _remarks(draft, "")
    yield f"[{name}]"
    for key, value in draft.section.items():
        if key != "columns":
            yield from _remarks(draft, key)
            yield f"{_key(key)} = {_value(value)}"
    written = {*draft.section}
    yield from (line for key in _keys(draft) - written - {""} if "." not in key for line in _remarks(draft, key))
    columns = draft.section.get("columns")
    if columns:
        yield ""
        yield f"[{name}.columns]"
        for key, value in columns.items():
            yield from _remarks(draft, f"columns.{key}")
            yield f"{_key(key)} = {_value(value)}"


def _keys(draft: Draft) -> set[str]:
    return {*draft.notes, *(question.key for question in draft.open_questions)}


def _remarks(draft: Draft, key: str) -> Iterator[str]:
    yield from (f"# {_line(said)}" for said in draft.notes.get(key, ()))
    for question in draft.open_questions:
        if question.key == key:
            choices = f" (else {', '.join(one for one in question.choices if one != question.default)})"
            other = choices if 1 < len(question.choices) <= 6 else ""
            yield f"# unsure: {_line(question.text)} Taken: {_line(question.default + other)}"


def _line(text: str) -> str:
    """One line of a comment: a heading may hold anything, and a comment ends where a line does."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split(" ")).strip() if text else ""


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else _value(text)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
    # A JSON string is a TOML string, but for DEL, which TOML wants escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
