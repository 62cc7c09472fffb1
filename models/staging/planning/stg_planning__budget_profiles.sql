with

source as (
    select * from {{ landed('budget_profiles') }}
),

latest as (
    select
        profile_id,
        date_day,
        weekday,
        weight,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['profile_id', 'date_day', 'weekday']) }} = 1
)

select * from latest
