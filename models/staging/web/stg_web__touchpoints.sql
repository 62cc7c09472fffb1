{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('touchpoints') }}"
) }}

with

source as (
    select * from {{ landed('touchpoints') }}
    where {{ in_landed_window('touchpoints') }}
),

touch_channels as (
    select * from {{ ref('stg_web__touch_channels') }}
),

-- Few touches are ever delivered twice: only those are ranked, the millions of others pass through.
repeated_ids as (
    select touch_id
    from {{ landed('touchpoints') }}
    where {{ in_landed_window('touchpoints') }}
    group by touch_id
    having count(*) > 1
),

repeated as (
    select
        source.*,
        {{ version_number(['touch_id']) }} as version_number
    from source
    where source.touch_id in (select repeated_ids.touch_id from repeated_ids)
),

latest as (
    select
        source.*,
        1 as version_number
    from source
    where source.touch_id not in (select repeated_ids.touch_id from repeated_ids)

    union all

    select * from repeated
    where version_number = 1
),

touchpoints as (
    select
        latest.day as date_day,
        latest.touch_id,
        latest.user_id,
        touch_channels.channel,
        touch_channels.channel_label,
        latest.campaign_id,
        latest.platform,
        coalesce(latest.interaction, 'click') as interaction,
        latest.cost,
        latest.touched_at,
        latest.source_system
    from latest
    inner join touch_channels
        on
            trim(latest.channel) = touch_channels.channel_label
            and latest.platform is not distinct from touch_channels.platform
            and latest.campaign_id is not distinct from touch_channels.campaign_id
    {% if is_incremental() %}
        -- A version that an unchanged day has superseded stays superseded.
        left join {{ this }} as kept on latest.touch_id = kept.touch_id
        where kept.touch_id is null
    {% endif %}
)

select * from touchpoints
