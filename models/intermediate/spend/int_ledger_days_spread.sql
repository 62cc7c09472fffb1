{{ config(materialized='view') }}

with

unexplained as (
    select * from {{ ref('int_ledger_months_explained') }}
    where not is_explained_by_delivery
),

days as (
    select
        *,
        {{ each_day(add_days('service_start', 'first_position - 1'), add_days('service_start', 'last_position - 1')) }}
            as date_day
    from unexplained
),

positioned as (
    select
        *,
        {{ days_between('service_start', 'date_day') }} + 1 as position
    from days
),

spread as (
    select
        date_day,
        entry_id,
        vendor_id,
        campaign_id,
        platform,
        channel,
        department_id,
        spend_category,
        is_accrual,
        currency,
        {{ from_units(even_part(
            whole_quotient(as_units('line_amount_doc', 4), 'doc_step'), 'position', 'position', 'day_count'
        ) ~ ' * doc_step', 4) }} as amount_doc,
        {{ from_units(even_part(as_units('line_amount', 2), 'position', 'position', 'day_count')) }} as amount
    from positioned
)

select * from spread
