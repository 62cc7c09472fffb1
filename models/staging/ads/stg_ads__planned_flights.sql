with

source as (
    select * from {{ landed('planned_flights') }}
),

latest as (
    select
        campaign_id,
        start_date,
        end_date,
        planned_amount,
        currency,
        announced_on,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['campaign_id', 'start_date', 'end_date']) }} = 1
)

select * from latest
