{{ config(materialized='view') }}

with

settings as (
    select
        cast({{ as_units('position_first', 6) }} as bigint) as first_weight,
        cast({{ as_units('position_middle', 6) }} as bigint) as middle_weight,
        cast({{ as_units('position_last', 6) }} as bigint) as last_weight
    from {{ run_input('company_settings') }}
),

models as (
    select * from {{ ref('int_attribution_models') }}
    where not is_fitted
),

paths as (
    select * from {{ ref('int_touches_pathed') }}
),

-- Without middle touches, all is divided in the proportion of the ends; ends that count for nothing share equally.
positioned as (
    select
        paths.*,
        case
            when paths.path_length = 1 then 1
            when paths.path_length = 2 and settings.first_weight + settings.last_weight = 0 then 1
            when paths.touch_number = 1 then settings.first_weight * greatest(paths.path_length - 2, 1)
            when paths.touch_number = paths.path_length then settings.last_weight * greatest(paths.path_length - 2, 1)
            else settings.middle_weight
        end as position_weight,
        case
            when paths.path_length = 1 then 1
            when paths.path_length = 2 and settings.first_weight + settings.last_weight = 0 then 2
            when paths.path_length = 2 then settings.first_weight + settings.last_weight
            else (settings.first_weight + settings.middle_weight + settings.last_weight) * (paths.path_length - 2)
        end as position_total_weight
    from paths
    cross join settings
),

-- A model that credits one touch has no weight for the others.
weighted as (
    select
        positioned.date_day,
        positioned.conversion_id,
        positioned.touch_number,
        models.model,
        case
            when models.model = 'first_touch' and positioned.touch_number = 1 then 1
            when models.model = 'last_touch' and positioned.touch_number = positioned.path_length then 1
            when models.model = 'last_non_direct' and positioned.non_direct_number_from_end = 1 then 1
            when models.model = 'linear' then 1
            when models.model = 'position_based' then positioned.position_weight
            when models.model = 'time_decay' then positioned.decayed_weight
        end as weight,
        case
            when models.model = 'linear' then positioned.path_length
            when models.model = 'position_based' then positioned.position_total_weight
            when models.model = 'time_decay' then positioned.decayed_total_weight
            else 1
        end as total_weight
    from positioned
    cross join models
),

divided as (
    select
        weighted.*,
        false as is_organic
    from weighted
    where weighted.weight is not null

    union all

    select
        date_day,
        conversion_id,
        touch_number,
        model,
        weight,
        total_weight,
        is_organic
    from {{ ref('int_touches_fitted') }}
)

select * from divided
