{{ config(materialized='view') }}

with

records as (
    select
        manual.spend_id,
        manual.surviving_vendor_id as vendor_id,
        coalesce(manual.campaign_id, '(none)') as campaign_id,
        classes.platform,
        classes.channel,
        classes.department_id,
        coalesce(manual.spend_category, 'unmapped') as spend_category,
        manual.currency,
        cast(manual.net_amount as decimal(18, 4)) as amount_doc,
        manual.invoice_number is not null as is_invoiced,
        coalesce(manual.service_start, manual.spend_date) as first_day,
        greatest(
            coalesce(manual.service_start, manual.spend_date),
            coalesce(manual.service_end, manual.service_start, manual.spend_date)
        ) as last_day,
        {{ home_amount('cast(manual.net_amount as decimal(18, 4))', 'manual.currency', 'rates') }} as amount
    from {{ ref('int_manual_spend_unposted') }} as manual
    inner join {{ ref('int_postings_classified') }} as classes
        on
            classes.account_id = '(none)'
            and manual.vendor_id is not distinct from classes.vendor_id
            and manual.campaign_id is not distinct from classes.campaign_id
            and manual.channel is not distinct from classes.channel_label
            and manual.department_id is not distinct from classes.department_label
    left join {{ ref('int_fx_rates_daily') }} as rates
        on manual.currency = rates.currency and manual.spend_date = rates.date_day
),

days as (
    select
        *,
        {{ each_day('first_day', 'last_day') }} as date_day
    from records
),

counted as (
    select
        *,
        {{ days_between('first_day', 'date_day') }} + 1 as position,
        {{ days_between('first_day', 'last_day') }} + 1 as day_count,
        {{ cent_step('amount_doc') }} as doc_step
    from days
),

spread as (
    select
        date_day,
        spend_id,
        vendor_id,
        campaign_id,
        platform,
        channel,
        department_id,
        spend_category,
        is_invoiced,
        currency,
        {{ from_units(
            even_part(whole_quotient(as_units('amount_doc', 4), 'doc_step'), 'position', 'position', 'day_count')
            ~ ' * doc_step', 4
        ) }} as amount_doc,
        {{ from_units(even_part(as_units('amount', 2), 'position', 'position', 'day_count')) }} as amount
    from counted
)

select * from spread
