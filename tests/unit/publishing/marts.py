"""A small warehouse whose marts agree with each other to the cent, and the verdicts that let it through."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from outlay.publishing import Candidate, PublishedVersion, export_candidate, publish
from outlay.quality import Requirement, Verdict, VerdictStore, required_to_publish

NOW = datetime(2026, 3, 31, 6, 0, tzinfo=UTC)
AS_OF = date(2026, 3, 2)

KEYS: dict[str, tuple[str, ...]] = {
    "spend_daily": ("date_day", "origin", "campaign_id", "vendor_id", "department_id"),
    "budget_consumption_daily": ("date_day", "period_id", "department_id", "channel"),
    "budget_variances": ("period_id", "period_kind", "version_id", "department_id", "channel", "spend_category"),
    "budget_rollups": ("period_id", "version_id", "department_id"),
    "variance_drivers": ("period_id", "version_id", "department_id", "channel", "basis", "driver"),
    "commitments": ("po_id", "line_no"),
    "reconciliations": ("item_id",),
    "reconciliation_summaries": ("vendor_id", "service_month"),
    "savings_opportunities": ("claim_id",),
    "savings_stages": ("claim_id",),
    "savings_targets": ("baseline_id",),
    "savings_detectors": ("detector",),
    "vendor_scorecards": ("vendor_id",),
    "response_curves": ("channel", "spend"),
    "allocation_recommendations": ("objective", "channel"),
    "customer_lifetime_values": ("cohort", "campaign_id", "horizon_months"),
    "contract_commitments": ("contract_id",),
    "recorded_spend": ("spend_id",),
    "touch_credits": ("conversion_id", "touch_id", "model", "channel"),
    "attributed_revenue_daily": ("date_day", "campaign_id", "channel", "model"),
    "attribution_effects": ("period_id", "model", "level", "member"),
    "campaign_roi": ("period_kind", "period_id", "campaign_id", "model"),
    "channel_roi": ("period_kind", "period_id", "channel", "model"),
    "campaigns": ("campaign_id",),
    "channels": ("channel",),
    "vendors": ("vendor_id",),
    "departments": ("department_id",),
    "fiscal_periods": ("period_kind", "period_id"),
    "quarantined_rows": ("source", "file", "row_number"),
}

DESCRIPTIONS = {"spend_daily": {"": "One row a day: the company's spend.", "amount": "Home currency."}}

# For tests about versions rather than about what is in them: a tenth of the time.
ONLY_SPEND = {"spend_daily": KEYS["spend_daily"]}

# c1 of search costs 10.00 + 20.00, c2 of social 5.50; conversions of 100.01 and 50.00, of which 8.00 came back.
# The lines of budget_variances vary by 5.00 and -2.00; v1 was served 30.00 and booked 31.50, of which 1.50 is a fee.
CONTROL = """
alter table marts.budget_variances add column variance_amount decimal(18,2);
update marts.budget_variances set variance_amount = case when period_id = '2026-02' then 5.00 else -2.00 end;
create table marts.budget_rollups as
    select period_id, version_id, department_id, actual_amount from marts.budget_variances;
create table marts.variance_drivers as from (values
    ('2026-02', 'b1', 'd1', 'search', 'to_date', 'price', 6.00::decimal(18,2)),
    ('2026-02', 'b1', 'd1', 'search', 'to_date', 'volume', -1.00),
    ('2026-03', 'b1', 'd1', 'search', 'to_date', 'non_unit', -2.00),
    ('2026-03', 'b1', 'd1', 'search', 'full_period', 'non_unit', -40.00)
) as t(period_id, version_id, department_id, channel, basis, driver, amount);
create table marts.commitments as from (values
    ('o1', 1, 'EUR', 100.00::decimal(18,4), 110.00::decimal(18,4), 0.00::decimal(18,4), 0.00::decimal(18,4),
        0.00::decimal(18,4), 10.00::decimal(18,4)),
    ('o2', 1, 'EUR', 100.00, 30.00, 20.00, 50.00, 0.00, 0.00)
) as t(po_id, line_no, currency, ordered_amount, invoiced_amount, accrued_unbilled_amount, open_amount,
    released_amount, overbilled_amount);
create table marts.reconciliations as
    select 'i1' as item_id, 'v1' as vendor_id, date '2026-03-01' as service_month, 'fee' as cause,
        1.50::decimal(18,2) as amount, 'bill lines' as rule, 'resolved' as status;
create table marts.reconciliation_summaries as
    select 'v1' as vendor_id, date '2026-03-01' as service_month, 30.00::decimal(18,2) as served_amount,
        31.50::decimal(18,2) as ledger_amount;
create table marts.savings_opportunities as
    select 'late_fee' as detector, 'late_fee:1' as claim_id, 'run_rate' as class, 12.00::decimal(18,2) as gross_amount,
        9.00::decimal(18,2) as claimable_amount, 3.00::decimal(18,2) as overlap_amount, '[]' as evidence,
        'a fee' as explanation, 'identified' as status;
create table marts.savings_stages as
    select claim_id, detector, true as counts_as_saving, 'identified' as stage, true as is_still_found
    from marts.savings_opportunities;
create table marts.savings_targets as select 'y1' as baseline_id, 0.1::decimal(9,6) as target_share;
create table marts.savings_detectors as
    select 'late_fee' as detector, 'run_rate' as class, 'run' as status, 1 as claim_count;
create table marts.response_curves as
    select 'search' as channel, 30.00::decimal(18,2) as spend, 90.0 as outcome, 'lift_test' as backed_by;
create table marts.allocation_recommendations as from (values
    ('most_outcome', 'search', 30.00::decimal(18,2), 27.50::decimal(18,2), 'shift'),
    ('most_outcome', 'social', 5.50, 8.00, 'shift'),
    ('least_cost', 'search', 30.00, 27.00, 'shift'),
    ('least_cost', 'social', 5.50, 5.50, 'hold')
) as t(objective, channel, current_amount, recommended_amount, action);
alter table marts.allocation_recommendations add column reason varchar default 'because';
create table marts.customer_lifetime_values as
    select '2026-03' as cohort, 'c1' as campaign_id, 12 as horizon_months, 1.5 as customers;
create table marts.contract_commitments as select 'k1' as contract_id, 'v1' as vendor_id, 'EUR' as currency;
create table marts.recorded_spend as
    select 's1' as spend_id, date '2026-03-02' as spend_date, 4.00::decimal(18,4) as amount_doc;
create table marts.vendor_scorecards as select vendor_id from marts.vendors;
"""

MARTS = """
create schema marts;
create table marts.spend_daily as from (values
    (date '2026-03-01', 'platform', 'c1', 'search', 'v1', 'd1', 'EUR', 10.00::decimal(18,2), 'platform_only'),
    (date '2026-03-02', 'platform', 'c1', 'search', 'v1', 'd1', 'EUR', 20.00, 'platform_only'),
    (date '2026-03-02', 'platform', 'c2', 'social', 'v2', 'd1', 'EUR', 5.50, 'platform_only')
) as t(date_day, origin, campaign_id, channel, vendor_id, department_id, currency, amount, finality);
create table marts.budget_consumption_daily as
    select date '2026-03-02' as date_day, '2026-03' as period_id, 'd1' as department_id, 'search' as channel,
        30.00::decimal(18,2) as actual_to_date_amount;
create table marts.budget_variances as from (values
    ('2026-02', 'period', 'b1', 'd1', 'search', 'media', 40.00::decimal(18,2), 'budgeted'),
    ('2026-03', 'period', 'b1', 'd1', 'search', 'media', 30.00, 'budgeted')
) as t(period_id, period_kind, version_id, department_id, channel, spend_category, actual_amount, budget_status);
create table marts.touch_credits as from (values
    ('k1', 't1', 'last_touch', 'search', 'c1', 1.000000000::decimal(18,9), 100.01::decimal(18,2)),
    ('k1', 't0', 'linear', 'social', 'c2', 0.500000000, 50.01),
    ('k1', 't1', 'linear', 'search', 'c1', 0.500000000, 50.00),
    ('k2', null, 'last_touch', 'unattributed', 'unattributed', 1.000000000, 50.00),
    ('k2', null, 'linear', 'unattributed', 'unattributed', 1.000000000, 50.00)
) as t(conversion_id, touch_id, model, channel, campaign_id, credit, revenue_amount);
alter table marts.touch_credits add column converted_at timestamp default timestamp '2026-03-02 09:00:00';
create table marts.attributed_revenue_daily as
    select date '2026-03-02' as date_day, campaign_id, channel, model, sum(credit)::decimal(18,9) as conversions,
        sum(revenue_amount)::decimal(18,2) as revenue_amount,
        (case when channel = 'unattributed' then 8 else 0 end)::decimal(18,2) as refunded_amount
    from marts.touch_credits group by all;
create table marts.attribution_effects as
    select '2026-03' as period_id, 'markov_1' as model, 'channel' as level, unnest(['search', 'social']) as member,
        0.5 as share, date '2025-12-03' as fitted_from, date '2026-03-02' as fitted_to;
create table marts.campaign_roi as
    with cost as (select campaign_id, channel, sum(amount) as cost from marts.spend_daily group by all),
    revenue as (
        select campaign_id, channel, model, sum(revenue_amount - refunded_amount) as revenue
        from marts.attributed_revenue_daily group by all
    ),
    pairs as (
        select distinct campaign_id, channel, model
        from (select campaign_id, channel from cost union select campaign_id, channel from revenue),
            (select distinct model from revenue)
    )
    select kind as period_kind, period as period_id, campaign_id, channel, model,
        coalesce(cost, 0)::decimal(18,2) as cost_amount, coalesce(revenue, 0)::decimal(18,2) as revenue_amount,
        null::decimal(18,2) as margin_amount
    from pairs left join cost using (campaign_id, channel) left join revenue using (campaign_id, channel, model)
        cross join (values ('month', '2026-03'), ('year', '2026')) as p(kind, period);
create table marts.channel_roi as
    select period_kind, period_id, channel, model, sum(cost_amount)::decimal(18,2) as cost_amount,
        sum(revenue_amount)::decimal(18,2) as revenue_amount, sum(margin_amount)::decimal(18,2) as margin_amount
    from marts.campaign_roi group by all;
create table marts.campaigns as select unnest(['c1', 'c2']) as campaign_id;
create table marts.channels as select unnest(['search', 'social']) as channel;
create table marts.vendors as select unnest(['v1', 'v2']) as vendor_id;
create table marts.departments as select 'd1' as department_id;
create table marts.fiscal_periods as from (values
    ('2026-02', 'period', date '2026-02-01', date '2026-02-28', 'closed'),
    ('2026-03', 'period', date '2026-03-01', date '2026-03-31', 'open')
) as t(period_id, period_kind, start_date, end_date, status);
create table marts.quarantined_rows as
    select 'ads' as source, 'ads.csv' as file, 7::bigint as row_number, 'spend is not a number' as reason;
"""


@cache
def _unchanged() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(MARTS + CONTROL)
        return path.read_bytes()


def warehouse(folder: Path, *changes: str) -> Path:
    """A warehouse file with the marts above, then changed by SQL statements."""
    path = folder / "warehouse.duckdb"
    path.write_bytes(_unchanged())
    if changes:
        with duckdb.connect(str(path)) as connection:
            connection.execute("; ".join(changes))
    return path


def export(
    folder: Path,
    *changes: str,
    as_of: date = AS_OF,
    inputs: str = "inputs-1",
    keys: Mapping[str, tuple[str, ...]] = KEYS,
    **more: Any,
) -> Candidate:
    """A candidate of the marts as changed, under `folder/published`."""
    folder.mkdir(exist_ok=True)
    path = warehouse(folder, *changes)
    return export_candidate(
        path, folder / "published", keys, as_of=as_of, inputs_fingerprint=inputs, descriptions=DESCRIPTIONS, **more
    )


def let_through(store: VerdictStore, candidate: Candidate, verdict: str = "passed") -> Sequence[Requirement]:
    """Record what publishing demands, as a gate would."""
    needs = required_to_publish(fingerprint=candidate.fingerprint, inputs_fingerprint=candidate.inputs_fingerprint)
    store.record("run", [
        Verdict(need.suite, "suite", need.what, verdict, "", "", need.fingerprint, need.suite_version) for need in needs
    ])  # fmt: skip
    return needs


def publish_now(folder: Path, *changes: str, at: datetime = NOW, **more: Any) -> PublishedVersion:
    """Export, let through and publish."""
    candidate = export(folder, *changes, **more)
    store = VerdictStore(folder / "verdicts")
    let_through(store, candidate)
    return publish(candidate, store, published=folder / "published", published_at=at)


def spend_of(database: Path) -> list[tuple[Any, ...]]:
    """What a reader of the published database sees: total spend per campaign."""
    with duckdb.connect(str(database), read_only=True) as connection:
        query = "select campaign_id, sum(amount)::varchar from marts.spend_daily group by all order by all"
        return connection.execute(query).fetchall()


def rows_of(parquet: Path, table: str) -> list[Mapping[str, Any]]:
    """The rows of a published Parquet file."""
    with duckdb.connect() as connection:
        cursor = connection.execute(f"from read_parquet('{parquet / f'{table}.parquet'}')")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
