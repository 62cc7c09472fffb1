{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('touchpoints') }}"
) }}

with

touch_channels as (
    select * from {{ ref('stg_web__touch_channels') }}
),

-- Few touches are ever delivered twice: only those are ranked, the millions of others stream through.
repeated as (
    select touch_id
    from {{ landed('touchpoints') }}
    where {{ in_landed_window('touchpoints') }}
    group by touch_id
    having count(*) > 1
),

superseded as (
    select
        touch_id,
        source,
        source_file,
        source_row,
        delivery_no
    from {{ landed('touchpoints') }}
    where {{ in_landed_window('touchpoints') }} and touch_id in (select repeated.touch_id from repeated)
    qualify {{ version_number(['touch_id']) }} > 1
),

latest as (
    select touches.*
    from {{ landed('touchpoints') }} as touches
    left join superseded
        on
            touches.touch_id = superseded.touch_id
            and touches.source = superseded.source
            and touches.source_file = superseded.source_file
            and touches.source_row = superseded.source_row
            and touches.delivery_no = superseded.delivery_no
    where {{ in_landed_window('touchpoints') }} and superseded.touch_id is null
),

touchpoints as (
    select
        latest.day as date_day,
        latest.touch_id,
        latest.user_id,
        touch_channels.channel,
        latest.campaign_id,
        latest.platform,
        coalesce(latest.interaction, 'click') as interaction,
        latest.cost,
        latest.touched_at
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
