{{ config(materialized='view') }}

-- The days over which open orders and announced flights fall, and the first of them that counts.
with

lines as (
    select * from {{ ref('int_commitments_valued') }}
),

this_year as (
    select end_date from {{ run_input('fiscal_calendar') }}
    where period_kind = 'year' and {{ as_of() }} between start_date and end_date
),

open_orders as (
    select
        lines.department_id,
        lines.channel,
        lines.spend_category,
        lines.open_amount_home as amount,
        {{ add_days(as_of(), 1) }} as first_open_day,
        greatest({{ add_days(as_of(), 1) }}, coalesce(expected.start_date, {{ add_days(as_of(), 1) }})) as start_date,
        coalesce(expected.end_date, lines.valid_to, this_year.end_date) as end_date
    from lines
    cross join this_year
    left join {{ run_input('period_aliases') }} as expected on lines.expected_period = expected.alias
    where lines.open_amount_home is distinct from 0
),

flights as (
    select
        campaigns.department_id,
        campaigns.channel,
        coalesce(media.spend_category, 'media') as spend_category,
        flights.start_date,
        flights.end_date,
        {{ home_amount('flights.planned_amount', 'flights.currency', 'rates') }} as amount
    from {{ ref('stg_ads__planned_flights') }} as flights
    cross join (
        select case when count(distinct spend_category) = 1 then min(spend_category) end as spend_category
        from {{ ref('int_accounts_classified') }}
        where is_marketing and is_media and spend_category <> 'unmapped'
    ) as media
    inner join (
        select
            campaign_id,
            min_by(channel, platform) as channel,
            min_by(department_id, platform) as department_id
        from {{ ref('int_campaigns_classified') }}
        group by campaign_id
    ) as campaigns on flights.campaign_id = campaigns.campaign_id
    left join {{ ref('int_fx_rates_daily') }} as rates
        on flights.currency = rates.currency and rates.date_day = {{ as_of() }}
    where coalesce(flights.announced_on <= {{ as_of() }}, true) and flights.end_date > {{ as_of() }}
),

-- What should have come by now and is still open can come any day.
ranges as (
    select
        'open' as kind,
        department_id,
        channel,
        spend_category,
        amount,
        case when end_date < first_open_day then {{ as_of() }} else start_date end as start_date,
        case when end_date < first_open_day then {{ as_of() }} else end_date end as end_date,
        case when end_date < first_open_day then {{ as_of() }} else start_date end as first_day
    from open_orders
    union all
    select
        'planned' as kind,
        department_id,
        channel,
        spend_category,
        amount,
        start_date,
        end_date,
        greatest(start_date, {{ add_days(as_of(), 1) }}) as first_day
    from flights
)

select * from ranges
