with

source as (
    select * from {{ landed('campaigns') }}
),

latest as (
    select
        platform,
        campaign_id,
        name,
        channel,
        department_id,
        start_date,
        end_date,
        status,
        daily_budget,
        objective,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['platform', 'campaign_id']) }} = 1
)

select * from latest
