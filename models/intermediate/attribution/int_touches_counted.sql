{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ replace_from(['touchpoints', 'conversions']) }}"
) }}

with

settings as (
    select * from {{ run_input('company_settings') }}
),

conversions as (
    select * from {{ ref('int_conversions_valued') }}
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

-- Everyone who converted, under each id that was theirs: joining on it leaves most touches behind at once.
known_as as (
    select
        person_id,
        person_id as user_id
    from conversions

    union

    select
        canonical_user_id as person_id,
        user_id
    from {{ ref('stg_web__identities') }}
    where canonical_user_id in (select conversions.person_id from conversions)
),

touches as (
    select
        touchpoints.*,
        known_as.person_id,
        {{ attribution_is_direct('touchpoints.channel') }} as is_direct
    from {{ ref('stg_web__touchpoints') }} as touchpoints
    inner join known_as on touchpoints.user_id = known_as.user_id
    {% if is_incremental() %}
        where touchpoints.date_day >= {{ attribution_first_touch_day() }}
    {% endif %}
),

counted as (
    select
        conversions.date_day,
        conversions.conversion_id,
        touches.touch_id,
        touches.touched_at,
        touches.channel,
        coalesce(touches.campaign_id, '(none)') as campaign_id,
        touches.platform,
        {{ attribution_kind('touches.interaction') }} as interaction,
        touches.is_direct
    from conversions
    inner join touches on conversions.person_id = touches.person_id
    cross join settings
    where
        touches.touched_at <= conversions.converted_at
        and {{ attribution_epoch_micros('conversions.converted_at') }}
        - {{ attribution_epoch_micros('touches.touched_at') }}
        <= case when touches.interaction = 'view' then settings.view_window_days else settings.click_window_days end
        * 86400000000
        and not (settings.exclude_direct and touches.is_direct)
        and not (
            settings.since_last_conversion
            and coalesce(touches.touched_at <= conversions.previous_converted_at, false)
        )
)

select * from counted
