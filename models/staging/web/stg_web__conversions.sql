{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('conversions') }}"
) }}

with

source as (
    select * from {{ landed('conversions') }}
    where {{ in_landed_window('conversions') }}
),

latest as (
    select * from source
    qualify {{ version_number(['conversion_id']) }} = 1
),

conversions as (
    select
        latest.day as date_day,
        latest.conversion_id,
        latest.user_id,
        coalesce(latest.conversion_type, 'conversion') as conversion_type,
        latest.customer_id,
        latest.order_id,
        latest.currency,
        latest.revenue,
        latest.margin,
        latest.is_first,
        latest.billing_months,
        latest.converted_at,
        latest.source_system
    from latest
    {% if is_incremental() %}
        -- A version that an unchanged day has superseded stays superseded.
        left join {{ this }} as kept on latest.conversion_id = kept.conversion_id
        where kept.conversion_id is null
    {% endif %}
)

select * from conversions
order by date_day, conversion_id
