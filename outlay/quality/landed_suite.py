"""What every landed partition must satisfy, readable as a table. Change a line and every partition is judged again."""

from __future__ import annotations

from functools import cache

from outlay.entities import ENTITIES, Entity
from outlay.quality.rules import Rule, between, in_set, matches, not_null, ordered, unique, version_of

# Rises when the meaning of a check changes while its declaration does not.
REVISION = 1

# Rows of a source's window up to which Great Expectations sees them one by one; above, SQL counts the breaches.
MAX_FRAME_ROWS = 50_000

# One control row a partition. A gap is what the Parquet file holds less what the manifest says.
CONTROL_RULES: tuple[Rule, ...] = (
    *not_null("fingerprint", "live_rows"),
    unique("subject"),
    between("row_gap", 0, 0),
    between("total_gap", 0, 0),
    between("required_nulls", 0, 0),  # required columns that are empty
    between("misdated_rows", 0, 0),  # rows that belong to another day's partition
    between("lowest_amount", low=-1_000_000_000_000),
    between("highest_amount", high=1_000_000_000_000),
    between("surplus_currencies", 0, 0, severity="warn"),  # beyond the one that a platform account bills in
    between("broken_rows", 0, 0),  # breaches of the row rules, where SQL counts them
    between("doubtful_rows", 0, 0, severity="warn"),  # breaches of the row rules that only warn
)

# Entities whose account and day speak one currency.
ONE_CURRENCY = frozenset({"platform_spend"})

_TIER = r" *\d{1,12}(?:\.\d{1,4})? *: *(?:0|0?\.\d{1,6}|1(?:\.0{1,6})?) *"  # an amount and a part of one
_LEAST_RATE = "0.00000001"  # at 0 amounts would vanish

# Demands on the current rows of an entity, beside its closed sets being kept. That required columns are filled is
# counted in the control row, for every row and at any size.
ROW_RULES: dict[str, tuple[Rule, ...]] = {
    "platform_spend": (
        between("spend", low=0, severity="warn"),
        between("impressions", low=0),
        between("clicks", low=0),
    ),
    "campaigns": (ordered("start_date", "end_date", severity="warn"),),
    "planned_flights": (ordered("start_date", "end_date"),),
    "ledger_entries": (ordered("service_start", "service_end"),),
    "departments": (ordered("valid_from", "valid_to"),),
    "vendor_invoices": (ordered("service_start", "service_end"),),
    "vendor_invoice_lines": (between("recoverable_pct", 0, 1),),
    "contracts": (
        ordered("start_date", "end_date"),
        # Parts of one: 15 for 15 % would be a claim of a hundred times the bill.
        between("commission_pct", 0, 1),
        between("uplift_cap_pct", 0, 1),
        between("discount_pct", 0, 1),
        between("total_cap", low=0),
        between("min_commit", low=0),
        between("notice_days", low=0),
        between("payment_terms_days", low=0),
        between("discount_days", low=0),
        matches("rebate_tiers", rf"{_TIER}(?:\|{_TIER})*", "50000:0.02|100000:0.03"),
        between("rebate_within_days", low=0),
    ),
    "contract_rates": (between("unit_price", low=0),),
    "budget_profiles": (between("weight", low=0),),
    "fx_rates": (between("rate", low=_LEAST_RATE),),
    "fx_locks": (between("rate", low=_LEAST_RATE), ordered("start_date", "end_date")),
    "savings_baselines": (between("amount", low=0), between("target_share", 0, 1), ordered("start_date", "end_date")),
    "savings_agreements": (between("amount", low=0),),
    "touchpoints": (between("cost", low=0, severity="warn"),),
    "conversions": (between("revenue", low=0, severity="warn"),),
    "lift_tests": (between("standard_error", low=0), ordered("start_date", "end_date")),
    "manual_spend": (ordered("service_start", "service_end"),),
}


@cache
def row_rules(entity_name: str) -> tuple[Rule, ...]:
    """Every demand on single rows of `entity_name`: a filled key, closed sets, and its line of ROW_RULES.

    Empty where nothing is demanded of a row beyond its required columns.
    """
    entity: Entity = ENTITIES[entity_name]
    sets = tuple(in_set(column.name, *column.choices) for column in entity.columns if column.choices)
    own = (*sets, *ROW_RULES.get(entity_name, ()))
    return (*not_null(entity.key[0]), *own) if own else ()


@cache
def landed_version() -> str:
    """The version of this suite: it changes with any rule, with the entities' keys and with the volume rules."""
    from outlay.quality.volume import LIMITS

    rules = [(name, row_rules(name), entity.required) for name, entity in sorted(ENTITIES.items())]
    return version_of([REVISION, MAX_FRAME_ROWS, CONTROL_RULES, sorted(ONE_CURRENCY), LIMITS, *rules])
