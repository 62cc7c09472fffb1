{{ config(materialized='view') }}

with

settings as (
    select * from {{ run_input('company_settings') }}
),

touches as (
    select * from {{ ref('int_touches_windowed') }}
),

conversions as (
    select
        windows.period_id,
        conversions.person_id,
        conversions.converted_at
    from {{ ref('int_fit_windows_listed') }} as windows
    cross join settings
    inner join {{ ref('int_conversions_valued') }} as conversions
        on
            windows.fitted_to >= conversions.date_day
            and {{ add_days('windows.fitted_from', '-' ~ attribution_remembered_days()) }} <= conversions.date_day
),

-- A touch in the instant of a conversion comes before it.
events as (
    select
        period_id,
        person_id,
        touched_at as happened_at,
        0 as conversion,
        touch_id,
        channel_member,
        interaction,
        is_in_window
    from touches

    union all

    select
        period_id,
        person_id,
        converted_at as happened_at,
        1 as conversion,
        null as touch_id,
        null as channel_member,
        null as interaction,
        false as is_in_window
    from conversions
),

followed as (
    select
        events.*,
        sum(conversion) over (life rows between unbounded preceding and current row) as epoch,
        coalesce(lead(conversion) over (life), 0) = 1 as is_converted
    from events
    window life as (partition by period_id, person_id order by happened_at, conversion, touch_id)
),

placed as (
    select
        followed.*,
        row_number() over (
            partition by period_id, person_id, epoch order by happened_at asc, touch_id asc
        ) as place,
        row_number() over (
            partition by period_id, person_id, epoch, channel_member order by happened_at asc, touch_id asc
        ) as meeting_no
    from followed
    where conversion = 0
)

select * from placed
