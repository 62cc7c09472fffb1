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
        sum(amount) as amount,
        sum(served_amount_doc) as served_amount_doc,
        sum(ledger_amount) as ledger_amount,
        sum(accrued_amount) as accrued_amount,
        sum(manual_amount) as manual_amount,
        bool_and(is_invoiced) as is_invoiced,
        bool_or(has_standing_accrual) or sum(ledger_accrual_amount) <> 0 as has_standing_accrual,
        count(*) - count(amount) as unpriced_rows
    from spend
    group by date_day, origin, platform, campaign_id, vendor_id, department_id, channel, spend_category, currency
),

final as (
    select
        summed.date_day,
        summed.campaign_id,
        summed.platform,
        summed.channel,
        summed.department_id,
        summed.vendor_id,
        summed.origin,
        summed.spend_category,
        summed.currency,
        cast(summed.amount_doc as decimal(18, 4)) as amount_doc,
        cast(case when summed.unpriced_rows = 0 then summed.amount end as decimal(18, 2)) as amount,
        case
            when coalesce(fiscal_days.is_closed, false) then 'closed'
            when summed.has_standing_accrual and not (summed.origin = 'platform' and summed.is_invoiced) then 'accrued'
            when summed.is_invoiced then 'invoiced'
            when ledger.is_kept and fiscal_days.has_ended then 'accrued'
            else 'platform_only'
        end as finality,
        fiscal_days.period_id,
        cast(summed.served_amount_doc as decimal(18, 4)) as served_amount_doc,
        cast(summed.ledger_amount as decimal(18, 2)) as ledger_amount,
        cast(summed.accrued_amount as decimal(18, 2)) as accrued_amount,
        cast(summed.manual_amount as decimal(18, 2)) as manual_amount
    from summed
    cross join ledger
    left join {{ ref('int_fiscal_days') }} as fiscal_days on summed.date_day = fiscal_days.date_day
    where
        summed.amount_doc <> 0 or summed.amount <> 0 or summed.served_amount_doc <> 0 or summed.ledger_amount <> 0
        or summed.unpriced_rows > 0
)

select * from final
order by date_day, origin, platform, campaign_id, vendor_id, department_id, channel, spend_category, currency
