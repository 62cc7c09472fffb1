"""Which entity a table is, and which of its headings is which column: by their names and by what stands under them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from outlay.currencies import is_currency
from outlay.entities import ENTITIES, Column
from outlay.onboarding.excerpts import Excerpt
from outlay.onboarding.groups import Group
from outlay.onboarding.shapes import currencies_beside, epoch_of, present, share_of_dates, share_of_numbers
from outlay.onboarding.vocabulary import EXACT, TAIL, file_words, interaction_of, rank, speaks_for
from outlay.sources.files.headings import fold

NUMERIC = {"money", "rate", "number", "integer"}
# Required columns that a mapping can state without a heading, and what they cost an entity's score.
FILLABLE = {
    ("platform_spend", "platform"): 0.2,
    ("platform_spend", "account_id"): 0.2,
    ("campaigns", "platform"): 0.5,
    ("campaigns", "name"): 0.5,
    ("ledger_entries", "entry_id"): 0.7,
    ("ledger_entries", "journal_id"): 0.2,
    ("touchpoints", "touch_id"): 0.3,
    ("conversions", "conversion_id"): 0.7,
    ("refunds", "refund_id"): 0.7,
    ("payments", "payment_id"): 1.0,
    ("vendor_invoices", "invoice_id"): 0.3,
    ("vendor_invoice_lines", "line_no"): 0.5,
    ("fx_rates", "from_currency"): 0.7,
}
# An entity that reaches less is a guess nobody should land by.
ENOUGH = 2.0
_MOST_VALUES = 4_000
_MANUAL = {"manual_spend", "fx_locks", "lift_tests", "savings_baselines", "savings_agreements"}


@dataclass
class Values:
    """The values of each heading of a group, from all files that were looked at."""

    group: Group
    _of: dict[str, list[str]] = field(default_factory=dict)

    def of(self, heading: str) -> list[str]:
        """Values under the heading, in any file, whatever its spelling; those that say `nothing` left out."""
        key = fold(heading)
        if key not in self._of:
            share = max(_MOST_VALUES // max(len(self.group.excerpts), 1), 200)
            found: list[str] = []
            for excerpt in self.group.excerpts:
                written = next((name for name in excerpt.headings if fold(name) == key), None)
                found += _thinned(present(excerpt.values(written)), share) if written is not None else []
            self._of[key] = found
        return self._of[key]


def _thinned(values: list[str], most: int) -> list[str]:
    """At most so many, the last ones among them: a file's end is where oddities stand."""
    return values if len(values) <= most else [*values[: most - 20], *values[-20:]]


@dataclass(frozen=True)
class Match:
    """A heading that names a column: how well, how it ranks among the column's names."""

    column: str
    heading: str
    quality: float
    place: int


@dataclass(frozen=True)
class Reading:
    """A group read as one entity. `columns`: column -> its headings, best first. `rivals`: other candidates as good."""

    entity: str
    columns: dict[str, list[str]]
    rivals: dict[str, list[str]]
    score: float
    missing: tuple[str, ...]

    @property
    def is_viable(self) -> bool:
        return not self.missing and self.score >= ENOUGH

    @cached_property
    def used(self) -> set[str]:
        return {fold(heading) for headings in self.columns.values() for heading in headings}


def readings(group: Group) -> list[Reading]:
    """The group as every entity that it could be, the likeliest first."""
    values = Values(group)
    words = file_words(group.pattern)
    found = [read_as(name, group, values, words) for name in ENTITIES]
    return sorted(found, key=lambda reading: (not reading.missing, reading.score), reverse=True)


def read_as(entity: str, group: Group, values: Values, words: set[str]) -> Reading:
    """The group as this entity, with what would be missing."""
    headings = group.headings
    matched = sorted(_matches(entity, headings, values), key=_order(entity))
    columns: dict[str, list[str]] = {}
    rivals: dict[str, list[str]] = {}
    taken: dict[str, str] = {}
    quality: dict[str, float] = {}
    for match in matched:
        key = fold(match.heading)
        if key in taken and not _shareable(taken[key], match.column):
            continue
        if match.column not in columns:
            columns[match.column] = [match.heading]
            quality[match.column] = match.quality
        elif not _together(group.excerpts, columns[match.column], match.heading):
            columns[match.column].append(match.heading)  # the same column in other files
        else:
            if match.quality == quality[match.column] < EXACT:
                rivals.setdefault(match.column, [columns[match.column][0]]).append(match.heading)
            continue
        taken.setdefault(key, match.column)
    missing = tuple(_missing(entity, columns, headings, group.excerpts))
    score = _score(entity, columns, quality, headings, taken, words)
    return Reading(entity, columns, rivals, score, missing)


def _matches(entity: str, headings: Sequence[str], values: Values) -> Iterator[Match]:
    for column in ENTITIES[entity].columns:
        for heading in headings:
            quality, place = rank(entity, column.name, heading)
            if quality and fits(column, values.of(heading)):
                yield Match(column.name, heading, quality, place)


def _order(entity: str) -> Callable[[Match], tuple[float, bool, int, int]]:
    """Sure names before likely ones; among those, required columns, then the better name."""
    columns = {column.name: at for at, column in enumerate(ENTITIES[entity].columns)}
    required = {*ENTITIES[entity].required}

    def key(match: Match) -> tuple[float, bool, int, int]:
        return (-match.quality, match.column not in required, -match.place, columns[match.column])

    return key


def _shareable(first: str, second: str) -> bool:
    """Pairs of columns that one heading may serve: a document's number is its lines' and its own."""
    return {first, second} in ({"entry_id", "journal_id"}, {"user_id", "customer_id"}, {"conversion_id", "order_id"})


def _together(excerpts: Sequence[Excerpt], chosen: Sequence[str], heading: str) -> bool:
    """Whether one file has both the heading and one of those chosen before: then they are different things."""
    for excerpt in excerpts:
        folded = {fold(name) for name in excerpt.headings}
        if fold(heading) in folded and any(fold(other) in folded for other in chosen):
            return True
    return False


def fits(column: Column, values: Collection[str]) -> bool:
    """Whether the values can be what the column holds; nothing to see speaks for nobody."""
    if not values:
        return True
    if column.type == "date":
        return share_of_dates(values) >= 0.5
    if column.type == "timestamp":
        return share_of_dates(values) >= 0.8 or epoch_of([*values]) is not None
    if column.type in NUMERIC:
        return share_of_numbers(values) >= 0.8
    if column.type == "currency":
        return sum(is_currency(value.upper()) for value in values) >= 0.9 * len(values)
    if column.type == "boolean":
        return {value.lower() for value in values} <= {"true", "false", "yes", "no", "1", "0"}
    if column.choices:
        return _fits_choices(column, values)
    if (column.name.endswith("_id") and column.name != "period_id") or column.name in (
        "channel",
        "name",
        "campaign_name",
    ):
        return share_of_dates(values) < 0.5 and not any(currencies_beside([value]) for value in [*values][:20])
    return True


def _fits_choices(column: Column, values: Collection[str]) -> bool:
    known = {value.lower() for value in values}
    if column.name == "interaction":
        return sum(interaction_of(value) is not None for value in known) >= 0.5 * len(known)
    return known <= {*column.choices}


def _missing(
    entity: str, columns: dict[str, list[str]], headings: Sequence[str], excerpts: Sequence[Excerpt]
) -> Iterator[str]:
    for column in ENTITIES[entity].required:
        if column in columns or column == "currency" or (entity, column) in FILLABLE:
            continue
        if column == "amount" and entity == "ledger_entries" and debit_credit(headings):
            continue
        yield column
    if entity == "campaigns" and "name" not in columns and "campaign_name" not in columns:
        yield "name"


def debit_credit(headings: Sequence[str]) -> tuple[str, str] | None:
    """The headings of a ledger's debit and credit."""
    for debit, credit in (("debit", "credit"), ("debit amount", "credit amount"), ("soll", "haben"), ("dr", "cr")):
        found = {fold(heading): heading for heading in headings}
        if debit in found and credit in found:
            return found[debit], found[credit]
    return None


def _score(
    entity: str,
    columns: dict[str, list[str]],
    quality: dict[str, float],
    headings: Sequence[str],
    taken: dict[str, str],
    words: set[str],
) -> float:
    required = {*ENTITIES[entity].required}
    score = sum(quality[column] * (1.0 if column in required else 0.5) for column in columns)
    pair = debit_credit(headings) if entity == "ledger_entries" and "amount" not in columns else None
    score += 1.0 if pair else 0.0
    score -= sum(cost for (name, column), cost in FILLABLE.items() if name == entity and column not in columns)
    stated = {"currency", *(["amount"] if pair else [])}
    missing = [column for column in required - stated if column not in columns and (entity, column) not in FILLABLE]
    score -= 2.0 * len(missing)
    explained = (len(taken) + 2 * (pair is not None)) / max(len(headings), 1)
    # Names that are ours to the letter are a file made for us.
    exact = sum(fold(heading) == fold(column) for column, found in columns.items() for heading in found)
    score += 3.0 * explained + 0.3 * exact + min(1.0 * speaks_for(entity, words), 2.0)
    return score - (0.5 if entity in _MANUAL else 0.0)


def is_doubtful(reading: Reading, column: str) -> bool:
    """Whether the column's heading only ends like one of its names: the user should confirm it."""
    return any(rank(reading.entity, column, heading)[0] <= TAIL for heading in reading.columns.get(column, ()))
