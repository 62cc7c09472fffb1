"""The whole of a company.toml to be: the company, its sources, and how names become channels and accounts marketing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from outlay.entities import ENTITIES
from outlay.onboarding.draft import Draft
from outlay.onboarding.groups import Group, Unread, survey
from outlay.onboarding.guess import Home, draft_of, name_of
from outlay.onboarding.recognise import Reading, Values, read_as, readings
from outlay.onboarding.shapes import currencies_beside
from outlay.onboarding.special import conversion_events, currency_in_heading, marketing_accounts
from outlay.onboarding.vocabulary import file_words
from outlay.onboarding.wide import wide_budget, wide_rates

SKIP = "skip"
# Readings that score within this of each other are a matter for the user.
_CLOSE = 1.0
_MOST_SHOWN = 8
_BOOKS = {"ledger_entries", "budget_lines", "budget_versions", "vendor_invoices"}


@dataclass
class Found:
    """A group of files and what it may be, the likeliest reading first, or that which the user chose."""

    group: Group
    values: Values
    readings: list[Reading]
    is_chosen: bool = False

    @property
    def best(self) -> Reading | None:
        return self.readings[0] if self.readings and self.readings[0].is_viable else None

    @property
    def candidates(self) -> list[str]:
        """Entities that it may be as well as the best; one where there is no doubt, none where nothing fits."""
        if self.best is None:
            return []
        floor = self.best.score - _CLOSE
        return [one.entity for one in self.readings if one.is_viable and one.score >= floor]


@dataclass
class Proposal:
    """What would be written. Questions stand in the drafts; `unknown` are groups that no entity fits."""

    folder: Path
    found: list[Found]
    unread: list[Unread]
    company: Draft
    calendar: Draft
    sources: list[Draft] = field(default_factory=list)
    unknown: list[Group] = field(default_factory=list)
    rules: Draft = field(default_factory=lambda: Draft("accounts", {}))

    @property
    def home(self) -> Home:
        section = self.company.section
        return Home(section["currency"], section["time_zone"], frozenset(file_words(self.folder.name)))

    @property
    def drafts(self) -> list[Draft]:
        return [self.company, self.calendar, *self.sources, self.rules]


def look(folder: Path, work: Path) -> Proposal:
    """Samples of everything in `folder`, the company drafted, its sources not yet. `work` takes scratch files."""
    groups, unread = survey(folder, work)
    found = []
    for group in groups:
        values = Values(group)
        wide = wide_rates(group, values) or wide_budget(group, values)
        found.append(Found(group, values, [wide] if wide else readings(group)))
    proposal = Proposal(folder, found, unread, Draft("company", {"name": folder.name}), Draft("fiscal_calendar", {}))
    _state_company(proposal)
    return proposal


def _state_company(proposal: Proposal) -> None:
    company, seen = proposal.company, _currencies(proposal.found)
    if len(seen) == 1:
        company.section["currency"] = next(iter(seen))
        company.note("currency", "the only currency that the files name")
    else:
        named = f"the files name {', '.join(sorted(seen))}" if seen else "no file names a currency"
        default = seen.most_common(1)[0][0] if seen else "EUR"
        company.ask("currency", f"{named}: which is the company's own, in which it reports?", default)
    company.ask("time_zone", "in which time zone does the company's day begin and end (Europe/Berlin)?", "UTC")
    if any(found.best and found.best.entity in _BOOKS for found in proposal.found):
        proposal.calendar.ask(
            "first_month",
            "in which month does the fiscal year begin?",
            "1",
            tuple(str(month) for month in range(1, 13)),
            lambda answer: proposal.calendar.section.__setitem__("first_month", int(answer)),
        )


def _currencies(found: Iterable[Found]) -> Counter[str]:
    """In how many sources each currency stands beside amounts."""
    seen: Counter[str] = Counter()
    for one in found:
        if one.best is None or one.best.entity in ("fx_rates", "fx_locks", "vendors"):
            continue
        codes = {value.upper() for heading in one.best.columns.get("currency", ()) for value in one.values.of(heading)}
        amount = ENTITIES[one.best.entity].amount or ""
        for heading in one.best.columns.get(amount, ()):
            codes |= currencies_beside(one.values.of(heading))
            codes |= {stated[1]} if (stated := currency_in_heading(heading)) else set()
        seen.update(codes)
    return seen


def draft_sources(proposal: Proposal) -> None:
    """Drafts a section for each group, by the company as it now stands, and the rules that follow from them."""
    for one in proposal.found:
        if one.best is None:
            proposal.unknown.append(one.group)
            continue
        add_source(proposal, one, one.best)
    _tell_of_versions(proposal)


def _tell_of_versions(proposal: Proposal) -> None:
    """A budget counts from the day on which its version was approved: without that day it counts for nothing."""
    entities = {draft.entity for draft in proposal.sources}
    if "budget_versions" in entities:
        return
    columns = ", ".join(ENTITIES["budget_versions"].required)
    for draft in proposal.sources:
        if draft.entity == "budget_lines":
            draft.note("", f"unsure: no file says which budget is approved: it counts once a file does, with {columns}")


def choose(found: Found, entity: str) -> None:
    """Puts the reading as `entity` before all others."""
    found.readings.sort(key=lambda reading: reading.entity != entity)
    found.is_chosen = True


def add_source(proposal: Proposal, one: Found, reading: Reading) -> list[Draft]:
    """The drafts of a group read as this: one, or two where conversions stand among its touches."""
    taken = {draft.name for draft in proposal.sources}
    draft = draft_of(name_of(one.group, reading.entity, taken), one.group, reading, one.values, proposal.home)
    drafts = [draft]
    if len(one.candidates) > 1 and not one.is_chosen:
        draft.note("entity", f"unsure: may be {' or '.join(one.candidates[1:])} as well")
    inside = read_as("conversions", one.group, one.values, set())
    if events := conversion_events(reading, one.values, inside):
        taken.add(draft.name)
        name = name_of(one.group, "conversions", taken)
        second = draft_of(name, one.group, inside, one.values, proposal.home)
        second.section["only_rows"] = events
        second.note("only_rows", "the stream holds conversions among its touches")
        drafts.append(second)
    proposal.sources += drafts
    _state_accounts(proposal, one, reading)
    return drafts


def missing_of(found: Found, entity: str) -> tuple[str, ...]:
    """The columns that the group would need to be read as `entity`, and that none of its headings names."""
    return read_as(entity, found.group, found.values, set()).missing


def draft_as(proposal: Proposal, one: Found, entity: str, headings: Mapping[str, str]) -> list[Draft]:
    """The drafts of a group that the user says is `entity`; `headings` are those of the columns in `missing_of`."""
    reading = read_as(entity, one.group, one.values, set())
    stated = {column: [heading] for column, heading in headings.items()}
    one.is_chosen = True
    proposal.unknown = [group for group in proposal.unknown if group is not one.group]
    return add_source(proposal, one, replace(reading, columns={**reading.columns, **stated}, missing=()))


def channels_of(proposal: Proposal) -> dict[str, Any]:
    """`[channels]`: each platform that the sources name is one of its own, until the user divides it by campaigns."""
    found = {}
    for draft in proposal.sources:
        rule = draft.section.get("columns", {}).get("platform")
        if draft.entity == "platform_spend" and isinstance(rule, dict) and "constant" in rule:
            found[rule["constant"].removesuffix("_ads")] = {"platforms": rule["constant"]}
    return found


def _state_accounts(proposal: Proposal, one: Found, reading: Reading) -> None:
    likely = marketing_accounts(reading, one.values)
    charts = [other.best for other in proposal.found if other.best and other.best.entity == "accounts"]
    if not likely or any("is_marketing" in chart.columns for chart in charts):
        return
    rules = proposal.rules
    shown = ", ".join(f"{account} ({text})" for account, text in [*likely.items()][:_MOST_SHOWN])
    shown += f" and {len(likely) - _MOST_SHOWN} more" if len(likely) > _MOST_SHOWN else ""

    def effect(answer: str) -> None:
        for account in likely:
            rules.section.pop(account, None)
        rules.section.pop("*", None)
        if answer == "yes":
            rules.section |= {account: {"is_marketing": True} for account in likely} | {"*": {"is_marketing": False}}
        elif answer == "all":
            rules.section["*"] = {"is_marketing": True}

    rules.ask(
        "",
        f"which accounts of {one.group.pattern} are marketing? These sound like it: {shown}. Only these (yes), or all?",
        "yes",
        ("yes", "all"),
        effect,
    )
    for account, text in likely.items():
        rules.note(account, text)
