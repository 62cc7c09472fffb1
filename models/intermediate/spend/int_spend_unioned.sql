{{ config(materialized='ephemeral') }}

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
        amount_doc,
        amount,
        served_amount_doc,
        ledger_amount,
        is_invoiced,
        not is_invoiced and has_standing_accrual as is_accrued
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
        amount_doc,
        amount,
        is_accrual
    from {{ ref('int_ledger_days_spread') }}
    union all
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
        amount_doc,
        amount,
        false as is_accrual
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
        amount_doc,
        amount,
        is_invoiced
    from {{ ref('int_manual_days_spread') }}
),

unioned as (
    select * from delivered
    union all
    select
        {{ all_but(['is_accrual']) }},
        0 as served_amount_doc,
        amount as ledger_amount,
        true as is_invoiced,
        is_accrual as is_accrued
    from posted
    union all
    select
        {{ all_but(['is_invoiced']) }},
        0 as served_amount_doc,
        0 as ledger_amount,
        is_invoiced,
        false as is_accrued
    from recorded
)

select * from unioned
