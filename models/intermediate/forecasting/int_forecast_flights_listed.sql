{{ config(materialized='view') }}

-- Planned flights in the budget cell in which their campaign spent last; one that never spent, in that of its channel.
with

flights as (
    select * from {{ ref('stg_ads__planned_flights') }}
    where coalesce(announced_on <= {{ as_of() }}, true)
),

spent as (
    select
        campaign_id,
        department_id,
        channel,
        spend_category
    from {{ ref('int_forecast_spend_listed') }}
    where campaign_id <> ''
    qualify
        row_number() over (
            partition by campaign_id
            order by date_day desc, amount desc, department_id asc, channel asc, spend_category asc
        ) = 1
),

classified as (
    select
        campaign_id,
        min_by(department_id, platform) as department_id,
        min_by(channel, platform) as channel
    from {{ ref('int_campaigns_classified') }}
    group by campaign_id
),

converted as (
    select
        flights.campaign_id,
        flights.start_date,
        flights.end_date,
        flights.announced_on,
        coalesce(spent.department_id, plans.cell_department_id, classified.department_id) as department_id,
        coalesce(spent.channel, plans.cell_channel, classified.channel) as channel,
        coalesce(spent.spend_category, plans.cell_category, 'media') as spend_category,
        {{ home_amount('flights.planned_amount', 'flights.currency', 'rates') }} as planned_amount
    from flights
    inner join classified on flights.campaign_id = classified.campaign_id
    left join spent on flights.campaign_id = spent.campaign_id
    left join {{ ref('int_forecast_places_chosen') }} as plans
        on
            classified.department_id = plans.department_id
            and classified.channel = plans.channel
            and plans.spend_category = 'media'
    left join {{ ref('int_fx_rates_daily') }} as rates
        on flights.currency = rates.currency and rates.date_day = {{ as_of() }}
)

-- A flight without a rate has no amount to forecast.
select * from converted
where planned_amount is not null
