{{ config(store_failures=true, schema='quality') }}

-- An amount without a rate is NULL, never converted at 1: these currencies and days need a rate.
with

unpriced as (
    select
        'platform_spend' as entity,
        currency,
        date_day,
        amount_doc
    from {{ ref('int_delivery_settled') }}
    where amount is null
    union all
    select
        'ledger_entries',
        currency,
        posting_date,
        amount_doc
    from {{ ref('int_ledger_lines_costed') }}
    where amount is null
    union all
    select
        'manual_spend',
        currency,
        date_day,
        amount_doc
    from {{ ref('int_manual_days_spread') }}
    where amount is null
    union all
    select
        'budget_versions',
        versions.currency,
        versions.effective_from,
        lines.amount_doc
    from {{ ref('int_budget_lines_prepared') }} as lines
    inner join {{ ref('int_budget_versions_ordered') }} as versions on lines.version_id = versions.version_id
    where lines.amount is null
)

select
    entity,
    currency,
    date_day,
    count(*) as amounts_without_a_rate,
    sum(amount_doc) as amount_doc
from unpriced
group by entity, currency, date_day
