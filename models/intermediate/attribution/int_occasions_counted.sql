{{ config(materialized='view') }}

with

settings as (
    select * from {{ run_input('company_settings') }}
),

placed as (
    select * from {{ ref('int_touches_placed') }}
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
