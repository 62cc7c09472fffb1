with

delivered as (
    select
        date_day,
        'platform' as origin,
        platform,
        campaign_id,
        vendor_id,
        department_id,
        channel,
        spend_category,
        currency,
        served_amount_doc,
        amount_doc,
        amount,
        ledger_amount,
        amount - ledger_amount as accrued_amount,
        cast(0 as decimal(18, 2)) as manual_amount,
        cast(0 as decimal(18, 2)) as ledger_accrual_amount,
        is_invoiced,
        has_standing_accrual
    from {{ ref('int_delivery_settled') }}
),

posted as (
    select
        date_day,
        'ledger' as origin,
        platform,
        campaign_id,
        vendor_id,
        department_id,
        channel,
        spend_category,
        currency,
        cast(0 as decimal(18, 4)) as served_amount_doc,
        amount_doc,
        amount,
        amount as ledger_amount,
        cast(0 as decimal(18, 2)) as accrued_amount,
        cast(0 as decimal(18, 2)) as manual_amount,
        case when is_accrual then amount else 0 end as ledger_accrual_amount,
        true as is_invoiced,
        false as has_standing_accrual
    from {{ ref('int_ledger_days_explained') }}
    where not is_explained_by_delivery
),

differing as (
    select
        date_day,
        'ledger' as origin,
        '(none)' as platform,
        '(none)' as campaign_id,
        vendor_id,
        department_id,
        channel,
        spend_category,
        currency,
        cast(0 as decimal(18, 4)) as served_amount_doc,
        amount_doc,
        amount,
        amount as ledger_amount,
        cast(0 as decimal(18, 2)) as accrued_amount,
        cast(0 as decimal(18, 2)) as manual_amount,
        cast(0 as decimal(18, 2)) as ledger_accrual_amount,
        true as is_invoiced,
        false as has_standing_accrual
    from {{ ref('int_settlement_differences') }}
),

recorded as (
    select
        date_day,
        'manual' as origin,
        platform,
        campaign_id,
        vendor_id,
        department_id,
        channel,
        spend_category,
        currency,
        cast(0 as decimal(18, 4)) as served_amount_doc,
        amount_doc,
        amount,
        cast(0 as decimal(18, 2)) as ledger_amount,
        cast(0 as decimal(18, 2)) as accrued_amount,
        amount as manual_amount,
        cast(0 as decimal(18, 2)) as ledger_accrual_amount,
        is_invoiced,
        false as has_standing_accrual
    from {{ ref('int_manual_days_spread') }}
),

unioned as (
    select * from delivered
    union all
    select * from posted
    union all
    select * from differing
    union all
    select * from recorded
)

select * from unioned
