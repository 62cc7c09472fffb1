with

spend as (
    select * from {{ ref('int_spend_unioned') }}
),

ledger as (
    select count(*) > 0 as is_kept
    from {{ ref('stg_ledger__entries') }}
),

summed as (
    select
        date_day,
        origin,
        platform,
        campaign_id,
        vendor_id,
        department_id,
        channel,
        spend_category,
        currency,
        sum(amount_doc) as amount_doc,
        -- An amount without a rate leaves the sum unknown.
        case when count(*) = count(amount) then sum(amount) end as amount,
        sum(served_amount_doc) as served_amount_doc,
        sum(ledger_amount) as ledger_amount,
        bool_and(is_invoiced) as is_invoiced,
        sum(case when is_accrued then amount else 0 end) <> 0 as is_accrued
    from spend
    group by date_day, origin, platform, campaign_id, vendor_id, department_id, channel, spend_category, currency
),

dated as (
    select
        summed.*,
        fiscal_days.period_id,
        case
            when fiscal_days.is_closed then 'closed'
            when summed.is_accrued then 'accrued'
            when summed.is_invoiced then 'invoiced'
            when ledger.is_kept and coalesce(fiscal_days.has_ended, summed.date_day < {{ as_of() }}) then 'accrued'
            else 'platform_only'
        end as finality
    from summed
    cross join ledger
    left join {{ ref('int_fiscal_days') }} as fiscal_days on summed.date_day = fiscal_days.date_day
),

final as (
    select
        date_day,
        campaign_id,
        platform,
        channel,
        department_id,
        vendor_id,
        origin,
        spend_category,
        currency,
        cast(amount_doc as decimal(18, 4)) as amount_doc,
        cast(amount as decimal(18, 2)) as amount,
        finality,
        period_id,
        cast(served_amount_doc as decimal(18, 4)) as served_amount_doc,
        cast(ledger_amount as decimal(18, 2)) as ledger_amount,
        cast(case when origin = 'platform' then amount - ledger_amount else 0 end as decimal(18, 2)) as accrued_amount,
        cast(case when origin = 'manual' then amount else 0 end as decimal(18, 2)) as manual_amount
    from dated
    where amount_doc <> 0 or amount <> 0 or served_amount_doc <> 0 or ledger_amount <> 0
)

select * from final
order by date_day, origin, platform, campaign_id, vendor_id, department_id, channel, spend_category, currency
