"""What headings alone do not tell: events of two kinds in one stream, currencies in headings, accounts of marketing."""

from __future__ import annotations

import re
from collections import Counter

from outlay.currencies import is_currency
from outlay.onboarding.draft import Draft
from outlay.onboarding.recognise import Reading, Values
from outlay.onboarding.vocabulary import interaction_of, is_marketing
from outlay.sources.files.headings import fold

_AMOUNT_HEADING = re.compile(r"^(?P<before>.*?)(?P<open>[\s(\[]+)(?P<code>[A-Z]{3})(?P<close>[)\]]?)$")


def state_interactions(draft: Draft, reading: Reading, values: Values) -> None:
    """Our words for a source's: impression is view. A conversion is a touch too, unless the user says otherwise."""
    headings = reading.columns.get("interaction")
    if not headings:
        return
    names = Counter(one for heading in headings for one in values.of(heading))
    known = {name: interaction_of(name) for name in names}
    ours = {name: found for name, found in known.items() if found and (found == "conversion" or found != name.lower())}
    if not ours:
        return
    as_touch = {name: "visit" if found == "conversion" else found for name, found in ours.items()}
    draft.columns["interaction"] = {"from": headings if len(headings) > 1 else headings[0], "values": as_touch}
    events = [name for name, found in ours.items() if found == "conversion"]
    if not events:
        return
    others = [name for name in names if name not in events]

    def effect(answer: str) -> None:
        draft.section.pop("only_rows", None)
        if answer == "no":
            draft.section["only_rows"] = {headings[0]: others}

    draft.ask("only_rows", f"is a row {events[0]!r} a touch on its channel as well?", "yes", ("yes", "no"), effect)


def conversion_events(reading: Reading, values: Values, conversions: Reading) -> dict[str, list[str]] | None:
    """`only_rows` of the conversions inside a stream of touches; None where the stream has none."""
    if reading.entity != "touchpoints" or conversions.missing or "revenue" not in conversions.columns:
        return None
    for heading in reading.columns.get("interaction", ()):
        events = sorted({one for one in values.of(heading) if interaction_of(one) == "conversion"})
        if events:
            return {heading: events}
    return None


def currency_in_heading(heading: str) -> tuple[str, str] | None:
    """(pattern, code) of `Amount spent (EUR)`: `Amount spent (*)` and `EUR`; None where no currency stands in it."""
    found = _AMOUNT_HEADING.match(heading.strip())
    if not found or not is_currency(found["code"]):
        return None
    return f"{found['before']}{found['open']}*{found['close']}", found["code"]


def marketing_accounts(reading: Reading, values: Values) -> dict[str, str]:
    """Ledger accounts whose text sounds like marketing: account -> that text, where most of its rows say so."""
    accounts, texts = reading.columns.get("account_id"), reading.columns.get("memo")
    if reading.entity != "ledger_entries" or not accounts or not texts:
        return {}
    said: dict[str, Counter[str]] = {}
    for excerpt in values.group.excerpts:
        folded = [fold(heading) for heading in excerpt.headings]
        at = next((folded.index(fold(one)) for one in accounts if fold(one) in folded), None)
        text = next((folded.index(fold(one)) for one in texts if fold(one) in folded), None)
        if at is None or text is None:
            continue
        for row in excerpt.rows:
            if max(at, text) < len(row) and row[at].strip():
                said.setdefault(row[at].strip(), Counter())[row[text].strip()] += 1
    likely = {}
    for account, counts in sorted(said.items()):
        telling = sum(count for name, count in counts.items() if is_marketing(name))
        if telling > 0.5 * counts.total():
            likely[account] = counts.most_common(1)[0][0]
    return likely
