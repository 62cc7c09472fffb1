"""Shapes of exports that one heading a column does not describe: rates side by side, events of two kinds, accounts."""

from __future__ import annotations

import re
from collections import Counter
from statistics import median

from outlay.currencies import is_currency
from outlay.onboarding.draft import Draft
from outlay.onboarding.groups import Group
from outlay.onboarding.recognise import Reading, Values
from outlay.onboarding.shapes import share_of_dates
from outlay.onboarding.vocabulary import interaction_of, is_marketing
from outlay.sources.files.headings import fold

_MAJORS = ("EUR", "USD", "GBP", "JPY", "CHF")
# One of any major currency is many of these: they tell which way round a table of rates is.
_SMALL = ("JPY", "KRW", "HUF", "INR", "IDR", "ISK", "CLP", "PHP", "THB", "CZK", "SEK", "NOK", "DKK", "ZAR", "MXN")
_AMOUNT_HEADING = re.compile(r"^(?P<before>.*?)(?P<open>[\s(\[]+)(?P<code>[A-Z]{3})(?P<close>[)\]]?)$")


def wide_rates(group: Group, values: Values) -> Reading | None:
    """A table with a date and one column a currency, as an fx_rates reading; None for any other table."""
    codes = [heading for heading in group.headings if is_currency(heading)]
    dates = [
        heading
        for heading in group.headings
        if not is_currency(heading) and values.of(heading) and share_of_dates(values.of(heading)) > 0.9
    ]
    if len(codes) < 2 or len(dates) != 1 or len(codes) + 1 < 0.8 * len(group.headings):
        return None
    return Reading("fx_rates", {"date_day": dates}, {}, 10.0, ())


def state_wide_rates(draft: Draft, values: Values) -> None:
    """Turns the table, and says from which currency to which; asks what the rates themselves do not show."""
    codes = [heading for heading in values.group.headings if is_currency(heading)]
    missing = [code for code in _MAJORS if code not in codes]
    base = missing[0] if missing else "EUR"
    is_inverse = _typical(values, codes) < 1
    member, constant = ("from_currency", "to_currency") if is_inverse else ("to_currency", "from_currency")
    draft.section["unpivot"] = {"names": member, "values": "rate"}
    per = f"{constant.removesuffix('_currency')} the base"
    if len(missing) == 1:
        draft.set(f"columns.{constant}", base)
        draft.note(f"columns.{constant}", f"the only major currency that has no column; rates are {per}")
    else:
        draft.ask(
            f"columns.{constant}", "the rates do not name the currency that they are quoted against: which is it?", base
        )
    draft.set("columns.rate_type", "spot")


def _typical(values: Values, codes: list[str]) -> float:
    """The middle rate of currencies of which a major one is worth many."""
    found = []
    for code in codes:
        if code in _SMALL:
            numbers = [float(one.replace(",", ".")) for one in values.of(code) if re.fullmatch(r"\d+(?:[.,]\d+)?", one)]
            found += [median(numbers)] if numbers else []
    return median(found) if found else 2.0


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
