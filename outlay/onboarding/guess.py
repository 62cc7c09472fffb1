"""From a group of files to the section that lands them: the best guess, its reasons, and what only the user knows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from outlay.currencies import is_currency
from outlay.entities import ENTITIES
from outlay.onboarding.draft import Draft
from outlay.onboarding.groups import Group
from outlay.onboarding.keys import rows_of, state_missing_ids, state_row_key
from outlay.onboarding.notation import state_dates, state_numbers, state_times
from outlay.onboarding.recognise import NUMERIC, Reading, Values, debit_credit, fits, is_doubtful
from outlay.onboarding.shapes import TOTALS, currencies_beside
from outlay.onboarding.special import currency_in_heading, state_interactions
from outlay.onboarding.vocabulary import file_words, platform_of
from outlay.onboarding.wide import month_of, state_wide_budget, state_wide_rates
from outlay.sources.files.headings import fold

_CREDIT_SIGNS = {"h", "c", "cr", "haben", "credit", "k"}
_UNKNOWN_ACCOUNT = "main"


@dataclass(frozen=True)
class Home:
    """What holds for the whole company: its currency and zone, and the words in the name of its folder."""

    currency: str
    time_zone: str
    words: frozenset[str] = frozenset()


def draft_of(name: str, group: Group, reading: Reading, values: Values, home: Home) -> Draft:
    """The draft section of a group read as one entity."""
    draft = Draft(name, {"kind": "files", "entity": reading.entity, "glob": group.pattern}, group)
    _state_form(draft, group)
    if group.excerpts and group.excerpts[0].is_canonical:
        return draft
    for column, headings in reading.columns.items():
        draft.columns[column] = headings if len(headings) > 1 else headings[0]
    is_wide = (reading.entity == "fx_rates" and "rate" not in reading.columns) or (
        reading.entity == "budget_lines" and "period_id" not in reading.columns
    )
    pair = debit_credit(group.headings) if reading.entity == "ledger_entries" else None
    amounts = [one for one in values.group.headings if is_wide and (is_currency(one) or month_of(one))]
    state_numbers(draft, reading, values, [*(pair or ()), *amounts])
    if is_wide and reading.entity == "fx_rates":
        state_wide_rates(draft, values)
    elif is_wide:
        state_wide_budget(draft, reading, values)
    else:
        _state_currency(draft, reading, values, home)
    _state_sign(draft, reading, values, pair)
    _state_home_amount(draft, reading, values, home)
    state_dates(draft, reading, values)
    state_times(draft, reading, values, home.time_zone)
    _state_platform(draft, reading, group, home)
    state_missing_ids(draft, reading)
    if reading.entity == "touchpoints":
        state_interactions(draft, reading, values)
    _ask_rivals(draft, reading, values)
    if not is_wide:
        state_row_key(draft, reading, values)
    _state_totals(draft, reading, group)
    _state_one_day(draft, reading, values)
    _silence_misfits(draft, reading, values)
    _leave_out_the_obvious(draft)
    return draft


def _state_form(draft: Draft, group: Group) -> None:
    """Encoding, delimiter and sheet, where they are not what is expected anyway."""
    texts = [one for one in group.excerpts if one.delimiter]
    odd = Counter(one.encoding for one in texts if one.encoding != "utf-8")
    if odd:
        draft.section["encoding"] = odd.most_common(1)[0][0]
        if not draft.section["encoding"].startswith("utf"):
            draft.note("encoding", "the bytes do not say so: look at the accents in the names")
    delimiters = {one.delimiter for one in texts}
    if len(delimiters) == 1 and delimiters != {","}:
        draft.section["delimiter"] = delimiters.pop()
    sheet = group.excerpts[0].sheet if group.excerpts else None
    if sheet is not None:
        draft.section["sheet"] = sheet


def _state_currency(draft: Draft, reading: Reading, values: Values, home: Home) -> None:
    entity = ENTITIES[reading.entity]
    if "currency" not in entity.column_names or "currency" in reading.columns or reading.entity == "vendors":
        return
    amount = entity.amount or ""
    headings = reading.columns.get(amount, [])
    for heading in headings:
        if found := currency_in_heading(heading):
            draft.columns[amount] = found[0]
            draft.columns["currency"] = {"from_heading": found[0]}
            return
    beside = {code for heading in headings for code in currencies_beside(values.of(heading))}
    if len(beside) == 1:
        draft.section["currency"] = beside.pop()
        draft.note("currency", "stands beside the amounts")
        return
    draft.ask(
        "currency",
        f"nothing in {draft.group.pattern if draft.group else ''} names the currency of its amounts: which is it?",
        home.currency,
    )


def _state_sign(draft: Draft, reading: Reading, values: Values, pair: tuple[str, str] | None) -> None:
    """Debit and credit in two columns, or an amount without a sign beside a letter that gives it one."""
    if reading.entity != "ledger_entries":
        return
    if pair and "amount" not in reading.columns:
        draft.columns["amount"] = {"debit": pair[0], "credit": pair[1]}
        return
    for heading in values.group.headings:
        seen = set(values.of(heading))
        credits = {one for one in seen if one.lower() in _CREDIT_SIGNS}
        if credits and len(seen) <= 2 and fold(heading) not in reading.used:
            draft.columns["amount"] = {
                "from": reading.columns["amount"],
                "sign_from": heading,
                "negative_when": sorted(credits),
            }
            draft.note("columns.amount", f"{heading} says which amounts are credits")
            return


def _state_platform(draft: Draft, reading: Reading, group: Group, home: Home) -> None:
    """What every row of an ad platform's export has in common and does not say."""
    columns = ENTITIES[reading.entity]
    if "platform" in columns.required and "platform" not in reading.columns:
        words = file_words(group.pattern)
        found = platform_of(words) or platform_of({*home.words})
        if found:
            draft.set("columns.platform", found)
            draft.note("columns.platform", "from the name of the file or its folder")
        else:
            draft.ask("columns.platform", "which ad platform is this export from?", draft.name)
    if reading.entity == "platform_spend" and "account_id" not in reading.columns:
        draft.ask("accounts", "the export does not say which ad account it is of: its id?", _UNKNOWN_ACCOUNT)
    if reading.entity == "campaigns" and "name" not in reading.columns:
        draft.columns["name"] = reading.columns["campaign_id"]


def _ask_rivals(draft: Draft, reading: Reading, values: Values) -> None:
    for column, headings in reading.rivals.items():
        counts = {heading: len({*values.of(heading)}) for heading in headings}
        fewest = min(headings, key=lambda heading: counts[heading])
        shown = ", ".join(f"{heading} ({counts[heading]:,} different)" for heading in headings)
        draft.ask(
            f"columns.{column}",
            f"several headings could be the {column}: {shown}; which is it?",
            fewest,
            tuple(headings),
            lambda answer, column=column: draft.columns.__setitem__(column, answer),  # type: ignore[misc]
        )
    for column, found in reading.columns.items():
        if column not in reading.rivals and is_doubtful(reading, column):
            draft.note(f"columns.{column}", f"{found[0]} only ends like one of its names")


def _state_totals(draft: Draft, reading: Reading, group: Group) -> None:
    """The words with which the files' own total rows begin, at their tops or ends."""
    entity = ENTITIES[draft.entity]
    if not entity.amount:
        return
    owners = {
        fold(heading)
        for column, found in reading.columns.items()
        for heading in found
        if entity.column(column).required and entity.column(column).type == "text"
    }
    amounts = {fold(heading) for heading in reading.columns.get(entity.amount, ())}
    words = []
    for excerpt in group.excerpts:
        for row in (*excerpt.rows[:2], *excerpt.rows[-4:]):
            first = next((cell.strip() for cell in row if cell.strip()), "")
            cells = {fold(name): cell.strip() for name, cell in zip(excerpt.headings, row, strict=False)}
            if found := TOTALS.match(first):
                words.append(f"{first[: found.end()]}*")
            elif any(map(cells.get, amounts)) and owners & {*cells} and not any(map(cells.get, owners)):
                words.append("Total*")  # an amount that belongs to nothing; stating any word makes landing look for it
    if words:
        draft.section["total_rows"] = list(dict.fromkeys(words))


def _state_one_day(draft: Draft, reading: Reading, values: Values) -> None:
    """A row of an ads export that has a last day as well must end on the day that it begins."""
    if reading.entity != "platform_spend":
        return
    day = reading.columns["date_day"][0]
    for begins, ends in (("start", "end"), ("starts", "ends"), ("beginn", "ende"), ("from", "to")):
        wanted = re.sub(rf"\b{begins}\b", ends, fold(day))
        other = next((one for one in values.group.headings if fold(one) == wanted != fold(day)), None)
        if other is None:
            continue
        draft.columns["date_day"] = {"from": reading.columns["date_day"], "must_equal": other}
        rows = rows_of(values, [reading.columns.get("campaign_id", [day]), [day], [other]])
        if sum(first != last for *_, first, last in rows) > 0.1 * len(rows):
            draft.note("columns.date_day", "rows cover several days: export the report again, broken down by day")


def _state_home_amount(draft: Draft, reading: Reading, values: Values, home: Home) -> None:
    """A second amount of a ledger, in the company's own currency, as `Amount EUR`."""
    if reading.entity != "ledger_entries" or "amount_home" in reading.columns:
        return
    for heading in values.group.headings:
        stated = currency_in_heading(heading)
        if stated and stated[1] == home.currency and fold(heading) not in reading.used:
            draft.columns["amount_home"] = heading
            draft.note("columns.amount_home", f"in {home.currency}, the company's own currency")
            return


def _silence_misfits(draft: Draft, reading: Reading, values: Values) -> None:
    """A heading that only reads like an optional column of ours, and holds something else, is not mapped to it."""
    entity = ENTITIES[reading.entity]
    for column in entity.columns:
        same = next((one for one in values.group.headings if fold(one) == fold(column.name)), None)
        if same is None or column.name in draft.columns or column.required or fits(column, values.of(same)):
            continue
        draft.columns[column.name] = {"constant": ""}
        what = "numbers" if column.type in NUMERIC else f"a {column.type}"
        draft.note(f"columns.{column.name}", f"the heading {same} does not hold {what}")


def _leave_out_the_obvious(draft: Draft) -> None:
    """Columns whose heading is the canonical name need no mention."""
    for column, rule in [*draft.columns.items()]:
        heading: Any = rule[0] if isinstance(rule, list) and len(rule) == 1 else rule
        if isinstance(heading, dict) and isinstance(heading.get("from"), list) and len(heading["from"]) == 1:
            heading = heading | {"from": heading["from"][0]}
        draft.columns[column] = heading
        asked = any(question.key == f"columns.{column}" for question in draft.questions)
        if heading == column and not asked and f"columns.{column}" not in draft.notes:
            del draft.columns[column]
    if not draft.columns:
        del draft.section["columns"]


def name_of(group: Group, entity: str, taken: set[str]) -> str:
    """A name for the source, from its files, its folder or its entity."""
    path = PurePosixPath(group.pattern)
    stem = path.name.split(".")[0]
    candidates = [stem, path.parent.name, entity]
    if group.excerpts and group.excerpts[0].sheet:
        candidates.insert(0, group.excerpts[0].sheet)
    slugs = [re.sub(r"[^a-z0-9]+", "_", re.sub(r"[*\d]+", " ", text.casefold())).strip("_ ") for text in candidates]
    slug = next((one for one in slugs if len(one) > 2 and one[0].isalpha()), entity)
    while slug in taken:
        slug = f"{slug}_{entity}" if entity not in slug else f"{slug}_more"
    return slug
