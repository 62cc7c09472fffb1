{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ attribution_delete_weights() }}"
) }}

with

channels as (
    select * from {{ ref('int_attribution_fitted') }}
    where level = 'channel'
),

kinds as (
    select * from {{ ref('int_attribution_fitted') }}
    where level = 'touch_kind'
),

touches as (
    select
        paths.date_day,
        paths.conversion_id,
        paths.touch_id,
        paths.touch_number,
        paths.path_length,
        paths.meetings,
        days.period_id,
        {{ attribution_channel_member('paths.channel') }} as member,
        concat(
            paths.interaction,
            '|',
            {{ attribution_recency(
                attribution_epoch_micros('paths.last_touched_at')
                ~ ' - ' ~ attribution_epoch_micros('paths.touched_at'),
                'paths.touch_number = paths.path_length'
            ) }},
            '|',
            {{ attribution_repeat('paths.meeting_no') }}
        ) as touch_kind
    from {{ ref('int_touches_pathed') }} as paths
    left join {{ ref('int_fiscal_days') }} as days on paths.date_day = days.date_day
    {% if is_incremental() %}
        where paths.date_day >= {{ attribution_fit_day() }}
    {% endif %}
),

-- A model either tells kinds of touches apart, or divides a channel's weight among its touches.
weighed as (
    select
        touches.date_day,
        touches.conversion_id,
        touches.touch_number,
        models.model,
        false as is_organic,
        coalesce(channels.weight, 0) * coalesce(kinds.weight, 1e0 / touches.meetings) as weight
    from touches
    cross join (select model from {{ ref('int_attribution_models') }} where is_fitted) as models
    left join channels
        on
            touches.period_id = channels.period_id
            and touches.member = channels.member
            and models.model = channels.model
    left join kinds
        on
            touches.period_id = kinds.period_id
            and touches.touch_kind = kinds.member
            and models.model = kinds.model

    union all

    select
        touches.date_day,
        touches.conversion_id,
        touches.path_length + 1 as touch_number,
        channels.model,
        true as is_organic,
        channels.weight
    from touches
    inner join channels on touches.period_id = channels.period_id and channels.member = 'organic'
    where touches.touch_number = 1 and touches.touch_id is not null
),

-- Whole numbers of 10^-12, so that their sum is the same in whatever order it is taken.
rounded as (
    select
        date_day,
        conversion_id,
        touch_number,
        model,
        is_organic,
        cast(round(1e12 * least(weight, 1000)) as bigint) as weight
    from weighed
),

totalled as (
    select
        rounded.*,
        sum(weight) over path as total_weight,
        sum(case when is_organic then 0 else 1 end) over path as touch_count
    from rounded
    window path as (partition by date_day, conversion_id, model)
),

-- Where the fit gives nothing to any touch of a path, or there was no fit, the touches share equally.
divided as (
    select
        date_day,
        conversion_id,
        touch_number,
        model,
        case when total_weight = 0 then 1 else weight end as weight,
        cast(case when total_weight = 0 then touch_count else total_weight end as bigint) as total_weight,
        is_organic
    from totalled
    where weight > 0 or (total_weight = 0 and not is_organic)
)

select * from divided
