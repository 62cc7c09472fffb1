"""How a source writes its numbers, dates and times, from the values under its headings."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from outlay.currencies import minor_digits
from outlay.entities import ENTITIES, Column
from outlay.onboarding.draft import Draft
from outlay.onboarding.recognise import NUMERIC, Reading, Values
from outlay.onboarding.shapes import (
    ISO_DATE,
    TOTALS,
    date_formats,
    epoch_of,
    guess_notation,
    has_float_noise,
    is_date,
    is_instant,
    most_decimals,
    share_of_dates,
    states_offset,
)
from outlay.sources.files.numbers import Notation

# More decimals than landing keeps of money.
_KEPT_DECIMALS = 4


def _columns(reading: Reading, kinds: set[str]) -> list[tuple[Column, list[str]]]:
    entity = ENTITIES[reading.entity]
    return [
        (entity.column(name), found) for name, found in reading.columns.items() if entity.column(name).type in kinds
    ]


def state_numbers(draft: Draft, reading: Reading, values: Values, more: list[str]) -> None:
    """Decimal and thousands marks; amounts in micros or with a float's noise. `more`: headings of other amounts."""
    free = [one for column, found in _columns(reading, NUMERIC - {"integer"}) for h in found for one in values.of(h)]
    free += [one for heading in more for one in values.of(heading)]
    whole = [one for _, found in _columns(reading, {"integer"}) for heading in found for one in values.of(heading)]
    guess = guess_notation(free, whole)
    _state_notation(draft, guess.notation)
    if guess.rival:
        shown = next(one for one in free if "," in one or "." in one)
        # Where lists are separated by semicolons, the comma is taken: for decimals.
        both = sorted((guess.notation, guess.rival), key=lambda one: one.decimal != ",")
        readings = {_described(one): one for one in (both if draft.section.get("delimiter") == ";" else reversed(both))}
        draft.ask(
            "decimal",
            f"{shown!r} and all others like it can be read in two ways; which mark is what?",
            next(iter(readings)),
            tuple(readings),
            lambda answer: _state_notation(draft, readings[answer]),
        )
    for column, found in _columns(reading, {"money"}):
        _state_precision(draft, column, found, values, guess.notation.decimal)


def _described(notation: Notation) -> str:
    return f"decimal {notation.decimal}" + (f" thousands {notation.thousands}" if notation.thousands else "")


def _state_notation(draft: Draft, notation: Notation) -> None:
    draft.section.pop("decimal", None)
    draft.section.pop("thousands", None)
    if notation.decimal != ".":
        draft.section["decimal"] = notation.decimal
    if notation.thousands:
        draft.section["thousands"] = notation.thousands


def _state_precision(draft: Draft, column: Column, headings: list[str], values: Values, decimal: str) -> None:
    if any(heading.lower().endswith("micros") for heading in headings):
        draft.columns[column.name] = {"from": headings, "divide_by": 1_000_000}
        draft.note(f"columns.{column.name}", "micros: a millionth of the currency")
        return
    sample = [one for heading in headings for one in values.of(heading)]
    if most_decimals(sample, decimal) <= _KEPT_DECIMALS:
        return
    digits = minor_digits(str(draft.section.get("currency", "EUR")))
    long = next(one for one in sample if most_decimals([one], decimal) > _KEPT_DECIMALS)
    rule: dict[str, object] = {"from": headings if len(headings) > 1 else headings[0], "round_to": digits}
    key = f"columns.{column.name}"
    if has_float_noise(sample, decimal, digits):
        draft.columns[column.name] = rule
        draft.note(key, f"{long!r} is an amount that went through a float: rounded half up, as it was before")
        return
    plain = rule["from"]
    draft.ask(
        key,
        f"{headings[0]} has more decimals than money ({long!r}): round each row half up to {digits}, or keep 4?",
        f"round to {digits}",
        (f"round to {digits}", "keep 4"),
        lambda answer: draft.columns.__setitem__(column.name, rule if answer.startswith("round") else plain),
    )


# -- dates and times -------------------------------------------------------------------------------------------------


def state_dates(draft: Draft, reading: Reading, values: Values) -> None:
    """The formats of dates; asks where no value says whether day or month stands first."""
    seen = {heading: date_formats(values.of(heading)) for _, found in _columns(reading, {"date"}) for heading in found}
    entries = [entry for formats in seen.values() for entry in formats]
    decided = {entry[0] for entry in entries if len(entry) == 1}
    forms: Counter[str] = Counter(decided)
    open_entries = {entry for entry in entries if len(entry) > 1 and not decided & {*entry}}
    for entry in sorted(open_entries):
        heading, shown = next(
            (heading, _example(values.of(heading))) for heading, formats in seen.items() if entry in formats
        )
        names = {"day first" if one.startswith("%d") else "month first": one for one in entry}

        def effect(answer: str, names: dict[str, str] = names) -> None:
            others = [one for one in _stated(draft) if one not in names.values()]
            _state_formats(draft, [names[answer], *others])

        draft.ask(
            "date_format",
            f"{heading}: {shown!r} and every other date can be read with the day or the month first; which is it?",
            _likelier(draft, names, values.of(heading)),
            tuple(names),
            effect,
        )
    _state_formats(draft, [*_stated(draft), *forms])
    for heading in seen:
        _note_unread(draft, heading, values)


def _example(values: list[str]) -> str:
    return Counter(values).most_common(1)[0][0] if values else ""


def _likelier(draft: Draft, names: dict[str, str], sample: list[str]) -> str:
    """The reading by which the dates lie closer together: an export is of a month more often than of every month."""
    spans = {}
    for name, form in names.items():
        days = [datetime.strptime(one, form) for one in {*sample} if is_date(one, form)]  # noqa: DTZ007
        spans[name] = (max(days) - min(days)).days if days else 0
    if len({*spans.values()}) > 1:
        return min(spans, key=lambda name: spans[name])
    return "month first" if draft.section.get("currency") == "USD" and "decimal" not in draft.section else "day first"


def _stated(draft: Draft) -> list[str]:
    found = draft.section.get("date_format", [])
    return [found] if isinstance(found, str) else list(found)


def _state_formats(draft: Draft, formats: list[str]) -> None:
    wanted = list(dict.fromkeys(formats))
    draft.section.pop("date_format", None)
    if wanted and wanted != [ISO_DATE]:
        draft.section["date_format"] = wanted if len(wanted) > 1 else wanted[0]


def _note_unread(draft: Draft, heading: str, values: Values) -> None:
    sample = values.of(heading)
    odd = Counter(one for one in sample if not share_of_dates([one]) and not TOTALS.match(one))
    if odd:
        shown, _ = odd.most_common(1)[0]
        share = sum(odd.values()) / len(sample)
        draft.note("date_format", f"{share:.0%} of {heading} are no dates ({shown!r}): those rows cannot be used")


def state_times(draft: Draft, reading: Reading, values: Values, home_zone: str) -> None:
    """The formats of instants, and the zone of those without an offset: only the user knows it."""
    local: list[str] = []
    forms: list[str] = []
    for column, found in _columns(reading, {"timestamp"}):
        for heading in found:
            sample = values.of(heading)
            if epoch := epoch_of(sample):
                forms.append(epoch)
                continue
            others = [one for one in sample if not is_instant(one)]
            forms += [entry[0] for entry in date_formats(others) if entry[0] != ISO_DATE]
            # Of other times than the entity's own nothing hangs on the hour: the company's zone will do.
            if column.name == ENTITIES[reading.entity].day_column and not all(map(states_offset, sample)):
                local.append(heading)
    if forms:
        wanted = list(dict.fromkeys(forms))
        draft.section["timestamp_format"] = wanted if len(wanted) > 1 else wanted[0]
    if local:
        draft.ask(
            "time_zone",
            f"the times under {', '.join(dict.fromkeys(local))} state no offset: in which time zone are they?",
            home_zone,
        )
