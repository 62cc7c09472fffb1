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
),

occasions as (
    select
        period_id,
        person_id,
        epoch,
        place,
        happened_at,
        case when is_converted then touch_id end as occasion,
        case
            when place <= 4 then cast(place as varchar(2))
            when place <= 6 then '5-6'
            when place <= 9 then '7-9'
            else '10+'
        end as position
    from placed
    where is_in_window
),

remembered as (
    select
        occasions.period_id,
        occasions.occasion,
        placed.channel_member as member,
        placed.interaction,
        {{ attribution_epoch_micros('occasions.happened_at') }}
        - {{ attribution_epoch_micros('placed.happened_at') }} as age_micros,
        placed.place = occasions.place as is_opening,
        placed.meeting_no,
        occasions.position
    from occasions
    inner join placed
        on
            occasions.period_id = placed.period_id
            and occasions.person_id = placed.person_id
            and occasions.epoch = placed.epoch
            and occasions.place >= placed.place
),

levelled as (
    select
        remembered.period_id,
        remembered.occasion,
        remembered.member,
        remembered.interaction,
        {{ attribution_recency('remembered.age_micros', 'remembered.is_opening') }} as recency,
        {{ attribution_repeat('remembered.meeting_no') }} as repeat,
        remembered.position
    from remembered
    cross join settings
    where
        remembered.age_micros
        <= case
            when remembered.interaction = 'view' then settings.view_window_days else settings.click_window_days
        end * 86400000000

    union all

    select
        period_id,
        occasion,
        'organic' as member,
        null as interaction,
        null as recency,
        null as repeat,
        position
    from occasions
),

-- Few occasions end in a conversion: only those are told one by one.
counted as (
    select
        period_id,
        occasion,
        member,
        interaction,
        recency,
        repeat,
        position,
        count(*) as touches
    from levelled
    group by period_id, occasion, member, interaction, recency, repeat, position
)

select * from counted
