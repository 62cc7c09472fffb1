{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('touchpoints') }}"
) }}

with

touchpoints as (
    select * from {{ ref('stg_web__touchpoints') }}
    {% if is_incremental() %}
        where date_day in {{ changed_days('touchpoints') }}
    {% endif %}
),

summed as (
    select
        date_day,
        coalesce(campaign_id, '(none)') as campaign_id,
        channel,
        cast(sum(cost) as decimal(18, 4)) as cost
    from touchpoints
    where cost is not null
    group by date_day, coalesce(campaign_id, '(none)'), channel
)

select * from summed
order by date_day, campaign_id, channel
