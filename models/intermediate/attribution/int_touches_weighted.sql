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
),

paths as (
    select * from {{ ref('int_touches_pathed') }}
),

-- Without middle touches, all is divided in the proportion of the ends; ends that count for nothing share equally.
positions as (
    select
        first_weight,
        middle_weight,
        last_weight,
        first_weight + last_weight as ends_weight,
        first_weight + middle_weight + last_weight as all_weight
    from settings
),

-- No weight: the model passes the touch by.
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
                when paths.path_length = 1 or (paths.path_length = 2 and positions.ends_weight = 0) then 1
                when paths.touch_number = 1 then positions.first_weight * greatest(paths.path_length - 2, 1)
                when paths.touch_number = paths.path_length
                    then positions.last_weight * greatest(paths.path_length - 2, 1)
                else positions.middle_weight
            end
            when models.model = 'time_decay' then paths.decayed_weight
        end as weight,
        case
            when models.model = 'linear' then paths.path_length
            when models.model = 'position_based' then case
                when paths.path_length = 1 or (paths.path_length = 2 and positions.ends_weight = 0)
                    then paths.path_length
                when paths.path_length = 2 then positions.ends_weight
                else positions.all_weight * (paths.path_length - 2)
            end
            when models.model = 'time_decay' then paths.decayed_total_weight
            else 1
        end as total_weight
    from paths
    cross join models
    cross join positions
),

divided as (
    select * from weighted
    where weight is not null
)

select * from divided
