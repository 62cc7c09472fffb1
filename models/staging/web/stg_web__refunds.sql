{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('refunds') }}"
) }}

with

source as (
    select * from {{ landed('refunds') }}
    where {{ in_landed_window('refunds') }}
),

latest as (
    select * from source
    qualify {{ version_number(['refund_id']) }} = 1
),

-- Some systems write a refund as a negative amount, some as a positive one: here it is what was given back.
refunds as (
    select
        latest.day as date_day,
        latest.refund_id,
        latest.conversion_id,
        latest.currency,
        cast(abs(latest.amount) as decimal(18, 4)) as amount,
        latest.refunded_at,
        latest.source_system
    from latest
    {% if is_incremental() %}
        -- A version that an unchanged day has superseded stays superseded.
        left join {{ this }} as kept on latest.refund_id = kept.refund_id
        where kept.refund_id is null
    {% endif %}
)

select * from refunds
order by date_day, refund_id
