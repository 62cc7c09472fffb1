"""A published version small enough to add up by hand, with every table that the API reads at its real columns."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from outlay.publishing import PublishedVersion, export_candidate, publish
from outlay.quality import VerdictStore

NOW = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)
AS_OF = date(2026, 3, 15)
COMPANY = """
[company]
name = "Small"
currency = "EUR"
time_zone = "Europe/Berlin"
attribution_model = "linear"

[sources.ads]
kind = "files"
entity = "platform_spend"
glob = "ads/*.csv"

[channels]
search = [{ labels = "SEA" }, { vendors = "Search*" }]
social = [{ campaigns = "soc-*" }]

[departments]
D12 = [{ vendors = "v-social" }]

[accounts."46*"]
spend_category = "agency_fee"
department = "D11"
"""
KEYS: dict[str, tuple[str, ...]] = {
    "budget_variances": ("period_id", "version_id", "department_id", "channel", "spend_category"),
    "budget_rollups": ("period_id", "version_id", "department_id"),
    "variance_drivers": ("period_id", "version_id", "department_id", "channel", "basis", "driver"),
    "budget_consumption_daily": ("date_day", "period_id", "department_id", "channel"),
    "commitments": ("po_id", "line_no"),
    "contract_commitments": ("contract_id",),
    "recorded_spend": ("spend_id",),
    "reconciliations": ("item_id",),
    "reconciliation_summaries": ("vendor_id", "service_month"),
    "savings_opportunities": ("claim_id",),
    "savings_targets": ("baseline_id",),
    "vendor_scorecards": ("vendor_id",),
    "campaign_roi": ("period_kind", "period_id", "campaign_id", "model"),
    "spend_daily": ("date_day", "campaign_id", "vendor_id", "department_id", "origin"),
    "campaigns": ("platform", "campaign_id"),
    "channels": ("channel",),
    "vendors": ("vendor_id",),
    "departments": ("department_id", "valid_from"),
    "fiscal_periods": ("period_id",),
}
# Amounts of March by hand: budget 1400.10, to date 750.05, actual 10 + 450.03 + 7.77 + 175.50 + 1.25 = 644.55,
# committed 105.00, available 650.55, variance -105.50; carried in 40.25, out -7.50, so available with carried 690.80.
MARTS = """
create schema marts;
set schema = 'marts';
create table fiscal_periods as from (values
    ('2026-02', 'period', 2026, 1, 2, '2026', '2026-Q1', date '2026-02-01', date '2026-02-28', 28, 'closed',
        '2025-02'),
    ('2026-03', 'period', 2026, 1, 3, '2026', '2026-Q1', date '2026-03-01', date '2026-03-31', 31, 'open', '2025-03'),
    ('2026-Q1', 'quarter', 2026, 1, null, '2026', '2026-Q1', date '2026-01-01', date '2026-03-31', 90, 'open',
        '2025-Q1'),
    ('2026', 'year', 2026, null, null, '2026', null, date '2026-01-01', date '2026-12-31', 365, 'open', '2025')
) as t(period_id, period_kind, fiscal_year, quarter_no, period_no, year_id, quarter_id, start_date, end_date,
    day_count, status, comparable_prior_period_id);
create table departments as from (values
    ('D1', 'Marketing', null, date '2020-01-01'), ('D11', 'Performance', 'D1', date '2020-01-01'),
    ('D12', 'Brand', 'D1', date '2020-01-01'), ('unmapped', 'Unmapped', null, date '2020-01-01')
) as t(department_id, name, parent_id, valid_from);
create table channels as select unnest(['search', 'social', 'unallocated', 'unmapped']) as channel;
create table leaves as from (values
    ('2026-03', 'v2', 'D1', 'unallocated', 'all', 100.00, 100.00, 10.00, 0.00, 0.00, 5.00, 'budgeted', true),
    ('2026-03', 'v2', 'D11', 'search', 'media', 1000.10, 500.05, 400.01, 20.00, 30.02, 100.00, 'budgeted', true),
    ('2026-03', 'v2', 'D11', 'social', 'media', 0.00, 0.00, 7.77, 0.00, 0.00, 0.00, 'unbudgeted', true),
    ('2026-03', 'v2', 'D12', 'search', 'media', 300.00, 150.00, 0.00, 0.00, 175.50, 0.00, 'budgeted', true),
    ('2026-03', 'v2', 'unmapped', 'unmapped', 'unmapped', 0.00, 0.00, 1.25, 0.00, 0.00, 0.00, 'unbudgeted', true),
    ('2026-03', 'v1', 'D11', 'search', 'media', 900.00, 450.00, 400.01, 20.00, 30.02, null, 'budgeted', false)
) as t(period_id, version_id, department_id, channel, spend_category, budget_amount, budget_to_date_amount,
    ledger_amount, manual_amount, accrued_amount, committed_amount, budget_status, is_in_force);
create table budget_variances as
    select * replace (budget_amount::decimal(18,2) as budget_amount,
            budget_to_date_amount::decimal(18,2) as budget_to_date_amount,
            ledger_amount::decimal(18,2) as ledger_amount,
            manual_amount::decimal(18,2) as manual_amount, accrued_amount::decimal(18,2) as accrued_amount,
            committed_amount::decimal(18,2) as committed_amount),
        'period' as period_kind,
        (ledger_amount + manual_amount + accrued_amount)::decimal(18,2) as actual_amount,
        0::decimal(18,2) as planned_amount,
        (budget_amount - ledger_amount - manual_amount - accrued_amount - committed_amount)::decimal(18,2)
            as available_amount,
        (ledger_amount + manual_amount + accrued_amount - budget_to_date_amount)::decimal(18,2) as variance_amount,
        null::decimal(18,6) as variance_pct,
        (budget_to_date_amount - ledger_amount - manual_amount - accrued_amount)::decimal(18,2) as impact,
        null::decimal(18,2) as forecast_amount, null::decimal(18,2) as forecast_low_amount,
        null::decimal(18,2) as forecast_high_amount, null::decimal(18,2) as forecast_variance_amount,
        (ledger_amount + manual_amount + accrued_amount - budget_to_date_amount)::decimal(18,2)
            as operating_variance_amount,
        0::decimal(18,2) as fx_variance_amount, null::varchar as variance_pct_reason,
        null::varchar as fx_variance_reason,
        case when committed_amount is null then 'no rate for USD' end as committed_reason,
        case when department_id = 'D11' and budget_amount > 0 then 40.25 else 0 end::decimal(18,2) as carried_in_amount,
        case when department_id = 'D12' then -7.50 else 0 end::decimal(18,2) as carried_out_amount,
        (available_amount + carried_in_amount)::decimal(18,2) as available_with_carried_amount
    from leaves;
drop table leaves;
create table budget_rollups as from (values
    ('2026-03', 'v2', 'D1', null), ('2026-03', 'v2', 'D11', 'D1'), ('2026-03', 'v2', 'D12', 'D1'),
    ('2026-03', 'v2', 'unmapped', null), ('2026-03', 'v1', 'D11', 'D1'), ('2026-03', 'v1', 'D1', null)
) as t(period_id, version_id, department_id, parent_department_id);
create table variance_drivers as from (values
    ('2026-03', 'v2', 'D11', 'search', 'to_date', 'price', -60.02::decimal(18,2)),
    ('2026-03', 'v2', 'D11', 'search', 'to_date', 'volume', 10.00),
    ('2026-03', 'v2', 'D11', 'search', 'full_period', 'price', -99.00)
) as t(period_id, version_id, department_id, channel, basis, driver, amount);
create table budget_consumption_daily as from (values
    (date '2026-03-14', '2026-03', 'D11', 'search', 480.00::decimal(18,2), 400.00::decimal(18,2), 0.9::decimal(18,6)),
    (date '2026-03-15', '2026-03', 'D11', 'search', 500.05, 450.03, 0.899970),
    (date '2026-03-15', '2026-03', 'D12', 'search', 150.00, 175.50, 1.170000),
    (date '2026-03-16', '2026-03', 'D11', 'search', 520.00, 450.03, 0.865442)
) as t(date_day, period_id, department_id, channel, budget_to_date_amount, actual_to_date_amount, pace);
alter table budget_consumption_daily add column required_daily_amount decimal(18,2) default 10.00;
alter table budget_consumption_daily add column required_daily_reason varchar;
alter table budget_consumption_daily add column projected_amount decimal(18,2) default 900.00;
alter table budget_consumption_daily add column exhaustion_date date default date '2026-03-30';
alter table budget_consumption_daily add column pace_reason varchar;
create table commitments as
    select 'po1' as po_id, '1' as line_no, 'PO-1' as po_number, 'v-search' as vendor_id, 'open' as order_status,
        'EUR' as currency, 100::decimal(18,4) as ordered_amount, 40::decimal(18,4) as invoiced_amount,
        0::decimal(18,4) as accrued_unbilled_amount, 60::decimal(18,4) as open_amount,
        0::decimal(18,4) as released_amount, 0::decimal(18,4) as overbilled_amount;
create table contract_commitments as from (values
    ('k1', 'v-search', 'EUR', 400.00::decimal(18,4), 1000.00::decimal(18,4), 600.00::decimal(18,4)),
    ('k2', 'v-search', 'USD', 0.00, null, null)
) as t(contract_id, vendor_id, currency, invoiced_amount, cap_amount, left_under_cap_amount);
alter table contract_commitments add column start_date date default date '2026-01-01';
alter table contract_commitments add column end_date date default date '2026-12-31';
alter table contract_commitments add column has_ended boolean default false;
alter table contract_commitments add column min_commit_amount decimal(18,4);
alter table contract_commitments add column remaining_amount decimal(18,4);
alter table contract_commitments add column shortfall_amount decimal(18,4);
create table recorded_spend as from (values ('billed', true), ('unbilled', false)) as t(spend_id, is_in_ledger);
create table reconciliations as
    select 'i1' as item_id, 'v-search' as vendor_id, date '2026-03-01' as service_month, 'fee' as cause,
        'EUR' as currency, 5::decimal(18,4) as amount_doc, 5.00::decimal(18,2) as amount, 'b1' as left_doc_id,
        'j1' as right_doc_id, 'document_id' as rule, 1.00::decimal(3,2) as confidence, 'resolved' as status;
create table reconciliation_summaries as from (values
    ('v-search', date '2026-03-01', 400.00::decimal(18,2), 405.00::decimal(18,2), 405.00::decimal(18,2),
        5.00::decimal(18,2), 0.00::decimal(18,2), 1.0::decimal(18,6), 0),
    ('v-social', date '2026-03-01', 100.00, null, 90.00, -10.00, -10.00, 0.9, 1)
) as t(vendor_id, service_month, served_amount, billed_amount, ledger_amount, cause_amount, unexplained_amount,
    explained_pct, open_item_count);
alter table reconciliation_summaries add column billed_amount_reason varchar default 'no bill yet';
alter table reconciliation_summaries add column explained_pct_reason varchar;
create table savings_opportunities as from (values
    ('c1', 'paid_twice', 'cash_recovery', 'v-search', 50.00::decimal(18,2), 40.00::decimal(18,2), 10.00::decimal(18,2),
        'one_off', 40.00::decimal(18,2), 0.00::decimal(18,2), true, 'identified', null),
    ('c2', 'renewal_window', 'avoidance', 'v-social', 90.00, 90.00, 0.00, 'one_off', 90.00, 0.00, false, 'identified',
        null),
    ('c3', 'late_fee', 'run_rate', 'v-social', null, null, null, 'monthly', null, null, true, 'unpriced', 'no rate')
) as t(claim_id, detector, class, vendor_id, gross_amount, claimable_amount, overlap_amount, recurrence, one_off_amount,
    annualised_amount, counts_as_saving, status, amount_reason);
alter table savings_opportunities add column monthly_amount decimal(18,2) default 0;
alter table savings_opportunities add column found_on date default date '2026-03-10';
alter table savings_opportunities add column expires_on date;
alter table savings_opportunities add column currency varchar default 'EUR';
alter table savings_opportunities add column explanation varchar default 'because';
alter table savings_opportunities add column evidence varchar default '[{"type": "invoice", "id": "b1"}]';
create table savings_targets as
    select 'B25' as baseline_id, date '2025-01-01' as start_date, date '2025-12-31' as end_date,
        date '2026-01-05' as signed_on, 'CFO' as signed_by, 9000.00::decimal(18,2) as baseline_amount,
        0.1::decimal(9,6) as target_share, 900.00::decimal(18,2) as target_amount,
        40.00::decimal(18,2) as identified_one_off_amount, 0::decimal(18,2) as identified_annual_amount,
        40.00::decimal(18,2) as agreed_one_off_amount, 0::decimal(18,2) as agreed_annual_amount,
        90.00::decimal(18,2) as realised_one_off_amount, 0::decimal(18,2) as realised_run_rate_amount,
        90.00::decimal(18,2) as realised_amount, 0.01::decimal(18,6) as realised_share,
        null::varchar as baseline_reason;
create table vendor_scorecards as
    select 'v-search' as vendor_id, 'Search AG' as name, 'B' as grade, 80::decimal(9,2) as score,
        null::varchar as score_reason, 0.5::decimal(9,6) as coverage, 40.00::decimal(18,2) as leakage_amount,
        0::decimal(18,2) as open_credit_amount, 7::bigint as invoice_count, 3::bigint as month_count;
SCORES
create table campaigns as from (values
    ('c-1', 'google_ads', 'One', 'search', 'D11'), ('soc-2', 'meta_ads', 'Two', 'social', 'D12')
) as t(campaign_id, platform, name, channel, department_id);
alter table campaigns add column vendor_id varchar;
alter table campaigns add column start_date date;
alter table campaigns add column end_date date;
alter table campaigns add column status varchar default 'enabled';
create table vendors as from (values
    ('v-search', 'Search AG', 'v-search', true), ('v-social', 'Social Ltd', 'v-social', true),
    ('v-old', 'Search (old)', 'v-search', false)
) as t(vendor_id, name, surviving_vendor_id, has_delivery_feed);
alter table vendors add column country varchar default 'DE';
alter table vendors add column currency varchar default 'EUR';
alter table vendors add column is_listed boolean default true;
create table spend_daily as from (values
    (date '2026-03-02', 'c-1', 'v-search', 'D11', 'search', 'platform', 'media', 'EUR', 300.03::decimal(18,2),
        'invoiced'),
    (date '2026-03-03', 'c-1', 'v-search', 'D11', 'search', 'platform', 'media', 'EUR', 100.01, 'accrued'),
    (date '2026-03-20', 'c-1', 'v-search', 'D11', 'search', 'platform', 'media', 'EUR', 55.00, 'platform_only'),
    (date '2026-02-03', 'c-1', 'v-search', 'D11', 'search', 'platform', 'media', 'EUR', 9.00, 'closed')
) as t(date_day, campaign_id, vendor_id, department_id, channel, origin, spend_category, currency, amount, finality);
create table campaign_roi as from (values
    ('month', '2026-03', 'c-1', 'linear', 400.04::decimal(18,2), 1000.00::decimal(18,2), 500.00::decimal(18,2), 99.96,
        0.249875::decimal(18,6), null, 4::decimal(18,9)),
    ('month', '2026-03', 'c-1', 'last_touch', 400.04, 800.00, 400.00, -0.04, -0.000100, null, 3),
    ('month', '2026-03', 'soc-2', 'linear', 0.00, 50.00, 25.00, 25.00, null, 'no cost in the period', 1),
    ('week', '2026-W10', 'c-1', 'linear', 400.04, 1000.00, 500.00, 99.96, 0.249875, null, 4)
) as t(period_kind, period_id, campaign_id, model, cost_amount, revenue_amount, margin_amount, profit_amount, roi,
    roi_reason, conversions);
alter table campaign_roi alter profit_amount type decimal(18,2);
ROI
"""
_METRICS = (
    *("cost_effectiveness", "price_adherence", "invoice_accuracy", "delivery_vs_plan", "billing_timeliness"),
    *("reconciliation", "credit_recovery", "terms_and_risk"),
)
_ROI = {
    "cost_finality": "varchar default 'accrued'",
    "new_customers": "decimal(18,9) default 0",
    **dict.fromkeys(("roas", "cpa", "cac", "ltv_to_cac", "payback_months", "marginal_roi"), "decimal(18,6)"),
    **dict.fromkeys(("roi_low", "roi_high", "platform_roas"), "decimal(18,6)"),
    **dict.fromkeys(("ltv", "platform_spend_amount", "platform_value_amount"), "decimal(18,2)"),
    "ltv_reason": "varchar default 'lifetime values are not modelled yet'",
    "cpa_reason": "varchar default 'no conversions'",
}


def _statements() -> str:
    scores = "".join(
        f"alter table vendor_scorecards add column {metric}{end};\n"
        for metric in _METRICS
        for end in (" decimal(18,6) default 0.9", "_score decimal(9,2) default 90")
    )
    roi = "".join(f"alter table campaign_roi add column {name} {kind};\n" for name, kind in _ROI.items())
    return MARTS.replace("SCORES", scores).replace("ROI\n", roi)


def write_company(folder: Path) -> Path:
    """The company folder that the marts are of."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "company.toml").write_text(COMPANY, encoding="utf-8")
    return folder


def publish_marts(data: Path, *changes: str, at: datetime = NOW) -> PublishedVersion:
    """Publishes the marts, after `changes` (SQL), as the next version of the data folder."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute("; ".join([_statements(), *changes]))
            made = {row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()}
        tables = {name: KEYS.get(name, ()) for name in made}
        candidate = export_candidate(warehouse, data / "published", tables, as_of=AS_OF, inputs_fingerprint="none")
        store = VerdictStore(data / "verdicts")
        return publish(candidate, store, published=data / "published", published_at=at, requirements=[])
