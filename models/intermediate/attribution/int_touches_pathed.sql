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

counted as (
    select * from {{ ref('int_touches_counted') }}
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

-- A conversion that no touch counts for has a path of one row: what is unattributed is divided like the rest.
numbered as (
    select
        conversions.date_day,
        conversions.conversion_id,
        counted.touch_id,
        coalesce(counted.channel, 'unattributed') as channel,
        coalesce(counted.campaign_id, 'unattributed') as campaign_id,
        counted.platform,
        counted.interaction,
        counted.touched_at,
        row_number() over (
            partition by conversions.conversion_id order by counted.touched_at asc, counted.touch_id asc
        ) as touch_number,
        row_number() over (
            partition by conversions.conversion_id
            order by counted.is_direct asc, counted.touched_at desc, counted.touch_id desc
        ) as non_direct_number_from_end,
        count(*) over (partition by conversions.conversion_id) as path_length,
        row_number() over (
            partition by conversions.conversion_id, counted.channel
            order by counted.touched_at asc, counted.touch_id asc
        ) as meeting_no,
        count(*) over (partition by conversions.conversion_id, counted.channel) as meetings,
        max(counted.touched_at) over (partition by conversions.conversion_id) as last_touched_at
    from conversions
    left join counted on conversions.conversion_id = counted.conversion_id
),

-- Ages count from the youngest touch: the same shares as from the conversion, and an old path does not fade to nothing.
-- The weight is a whole number of 10^-12, so that its sum is the same in whatever order it is taken.
decayed as (
    select
        numbered.*,
        coalesce(cast(round(1e12 * power(
            cast(0.5 as double),
            (
                {{ attribution_epoch_micros('numbered.last_touched_at') }}
                - {{ attribution_epoch_micros('numbered.touched_at') }}
            ) / (settings.half_life_hours * cast(3600000000 as double))
        )) as bigint), 1) as decayed_weight
    from numbered
    cross join settings
),

paths as (
    select
        date_day,
        conversion_id,
        touch_id,
        channel,
        campaign_id,
        platform,
        interaction,
        touched_at,
        last_touched_at,
        touch_number,
        path_length,
        meeting_no,
        meetings,
        non_direct_number_from_end,
        decayed_weight,
        cast(sum(decayed_weight) over (partition by conversion_id) as bigint) as decayed_total_weight
    from decayed
)

select * from paths
