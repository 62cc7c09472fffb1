{{ config(materialized='view') }}

with

windows as (
    select * from {{ ref('int_fit_windows_listed') }}
),

conversions as (
    select * from {{ ref('int_conversions_valued') }}
),

converted as (
    select
        windows.period_id,
        conversions.conversion_id
    from windows
    inner join conversions on conversions.date_day between windows.fitted_from and windows.fitted_to
),

last_conversions as (
    select
        windows.period_id,
        conversions.person_id,
        max(conversions.converted_at) as converted_at
    from windows
    inner join conversions on windows.fitted_to >= conversions.date_day
    group by windows.period_id, conversions.person_id
),

-- A conversion without a touch is no journey: of people who met nobody, only those who converted are ever seen.
met as (
    select
        converted.period_id,
        true as is_converted,
        converted.conversion_id as journey_id,
        counted.touched_at,
        counted.touch_id,
        {{ attribution_channel_member('counted.channel') }} as channel,
        {{ attribution_campaign_member('counted.campaign_id', 'counted.channel') }} as campaign
    from converted
    inner join {{ ref('int_touches_counted') }} as counted on converted.conversion_id = counted.conversion_id

    union all

    select
        touches.period_id,
        false as is_converted,
        touches.person_id as journey_id,
        touches.touched_at,
        touches.touch_id,
        touches.channel_member as channel,
        touches.campaign_member as campaign
    from {{ ref('int_touches_windowed') }} as touches
    left join last_conversions
        on touches.period_id = last_conversions.period_id and touches.person_id = last_conversions.person_id
    where
        touches.is_in_window
        and (last_conversions.converted_at is null or touches.touched_at > last_conversions.converted_at)
)

select * from met
