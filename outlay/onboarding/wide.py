"""Tables with one column a currency or one a month, which landing turns: a row a currency, a row a month."""

from __future__ import annotations

import glob
import re
from statistics import median

from outlay.currencies import is_currency
from outlay.onboarding.draft import Draft
from outlay.onboarding.groups import Group
from outlay.onboarding.recognise import Reading, Values, read_as
from outlay.onboarding.shapes import share_of_dates, share_of_numbers
from outlay.onboarding.vocabulary import file_words
from outlay.sources.files.headings import fold

_MAJORS = ("EUR", "USD", "GBP", "JPY", "CHF")
# One of any major currency is many of these: they tell which way round a table of rates is.
_SMALL = ("JPY", "KRW", "HUF", "INR", "IDR", "ISK", "CLP", "PHP", "THB", "CZK", "SEK", "NOK", "DKK", "ZAR", "MXN")
# The first letters of the months, in English and German.
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_GERMAN = {"mär": "mar", "mrz": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


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


# -- budgets ---------------------------------------------------------------------------------------------------------


def month_of(heading: str) -> tuple[int | None, int] | None:
    """(year, month) of a heading such as `Jan 2026`, `2026-01`, `01/2026` or `Januar`; None for any other."""
    text = fold(heading)
    for pattern in (
        r"(?P<year>20\d\d)[-/. ]?(?P<month>0[1-9]|1[0-2])",
        r"(?P<month>0?[1-9]|1[0-2])[-/. ](?P<year>20\d\d)",
    ):
        if found := re.fullmatch(pattern, text):
            return int(found["year"]), int(found["month"])
    found = re.fullmatch(r"(?P<name>[^\W\d]{3,9})\.?(?:[-/ ]*(?P<year>20\d\d|'?\d\d))?", text)
    name = _GERMAN.get(text[:3], text[:3])
    if not found or name not in _MONTHS or not _is_month_name(found["name"]):
        return None
    year = found["year"]
    return (2000 + int(year[-2:]) if year else None), _MONTHS.index(name) + 1


def _is_month_name(text: str) -> bool:
    names = "january february march april may june july august september october november december sept januar februar "
    names += "märz mai juni juli oktober dezember mrz mär okt dez"
    return len(text) == 3 or text in names.split()


def wide_budget(group: Group, values: Values) -> Reading | None:
    """A table with amounts under at least three months, as a budget_lines reading; None for any other table."""
    months = [heading for heading in group.headings if month_of(heading)]
    if len(months) < 3 or any(share_of_numbers(values.of(one)) < 0.8 for one in months if values.of(one)):
        return None
    rest = read_as("budget_lines", group, values, file_words(group.pattern))
    if {"period_id", "amount"} & {*rest.columns}:
        return None
    return Reading("budget_lines", rest.columns, {}, 10.0, ())


def state_wide_budget(draft: Draft, reading: Reading, values: Values) -> None:
    """Turns the months into periods; asks for what such sheets leave out: their year, and whose budget it is."""
    headings = [heading for heading in values.group.headings if month_of(heading)]
    draft.section["unpivot"] = {"names": "period_id", "values": "amount"}
    keep = [one for one in values.group.headings if one not in headings and fold(one) not in reading.used]
    if keep:
        # A heading that is named nowhere would be taken for a month. As a key it would count a changed row twice.
        draft.columns["source_id"] = {"template": " ".join(f"{{{one}}}" for one in keep)}
        draft.note("columns.source_id", f"named so that {', '.join(keep)} are not taken for months")

    def effect(year: str) -> None:
        periods = {one: f"{stated or int(year)}-{month:02}" for one in headings for stated, month in [_known(one)]}
        draft.columns["period_id"] = {"from": "period_id", "values": periods}

    files = [found for file in (draft.group.files if draft.group else ()) for found in _YEAR.findall(file)]
    if all(_known(one)[0] for one in headings):
        effect("0")
    elif len({*files}) == 1:
        effect(files[0])
        if draft.group and len(draft.group.files) == 1:
            draft.section["glob"] = glob.escape(draft.group.files[0])  # next year's file would be read as this year's
        draft.note("columns.period_id", f"the year {files[0]} is that of the file's name")
    else:
        draft.ask("columns.period_id", "the months do not say their year: which is it?", "2026", (), effect)
    if "version_id" not in reading.columns:
        draft.ask("columns.version_id", "which version of the budget is this?", "budget")


def _known(heading: str) -> tuple[int | None, int]:
    return month_of(heading) or (None, 1)
