{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ replace_from(['touchpoints', 'conversions']) }}"
) }}

with

settings as (
    select
        cast({{ as_units('position_first', 6) }} as bigint) as first_weight,
        cast({{ as_units('position_middle', 6) }} as bigint) as middle_weight,
        cast({{ as_units('position_last', 6) }} as bigint) as last_weight,
        cast(half_life_hours as bigint) * 3600000000 as half_life_micros
    from {{ run_input('company_settings') }}
),

models as (
    select * from {{ ref('int_attribution_models') }}
),

-- Ages count from the youngest touch: the same shares as from the conversion, and an old path does not fade to nothing.
paths as (
    select
        date_day,
        conversion_id,
        touch_number,
        path_length,
        non_direct_number_from_end,
        greatest(path_length - 2, 1) as middle_length,
        coalesce(
            {{ attribution_epoch_micros('last_touched_at') }} - {{ attribution_epoch_micros('touched_at') }}, 0
        ) as age_micros
    from {{ ref('int_touches_pathed') }}
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

-- Whole numbers: a sum of them is the same in whatever order it is taken. No weight means that the model passes the touch by.
weighted as (
    select
        paths.date_day,
        paths.conversion_id,
        paths.touch_number,
        models.model,
        case
            when models.model = 'first_touch' then case when paths.touch_number = 1 then 1 end
            when models.model = 'last_touch' then case when paths.touch_number = paths.path_length then 1 end
            when models.model = 'last_non_direct' then case when paths.non_direct_number_from_end = 1 then 1 end
            when models.model = 'linear' then 1
            when models.model = 'position_based' then case
                when paths.path_length = 1 then 1
                when paths.path_length = 2 and settings.first_weight + settings.last_weight = 0 then 1
                when paths.touch_number = 1 then settings.first_weight * paths.middle_length
                when paths.touch_number = paths.path_length then settings.last_weight * paths.middle_length
                else settings.middle_weight
            end
            when models.model = 'time_decay'
                then cast(round(1e12 * power(
                    cast(0.5 as double), paths.age_micros / cast(settings.half_life_micros as double)
                )) as bigint)
        end as weight
    from paths
    cross join models
    cross join settings
),

totalled as (
    select
        date_day,
        conversion_id,
        touch_number,
        model,
        weight,
        cast(sum(weight) over (partition by conversion_id, model) as bigint) as total_weight
    from weighted
    where weight is not null
)

select * from totalled
