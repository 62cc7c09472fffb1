{{ config(materialized='view') }}

-- What each channel's platforms served and reported in each whole week of the last two years.
with

spend as (
    select * from {{ ref('spend_daily') }}
    where origin = 'platform' and channel not in ('unallocated', 'unmapped')
),

reports as (
    select * from {{ ref('int_platform_returns_daily') }}
),

days as (
    select
        channel,
        date_day,
        amount as spend_amount,
        cast(null as decimal(18, 2)) as reported_amount
    from spend
    union all
    select
        channel,
        date_day,
        cast(0 as decimal(18, 2)) as spend_amount,
        platform_value_amount as reported_amount
    from reports
    where channel not in ('unallocated', 'unmapped')
),

dated as (
    select
        *,
        {{ add_days('date_day', '1 - ' ~ iso_weekday('date_day')) }} as week_start
    from days
    where date_day > {{ add_days(as_of(), '-735') }}
),

weeks as (
    select
        channel,
        week_start,
        cast(sum(spend_amount) as decimal(18, 2)) as spend_amount,
        cast(sum(reported_amount) as decimal(18, 2)) as reported_amount
    from dated
    where {{ add_days('week_start', '6') }} <= {{ as_of() }}
    group by channel, week_start
)

select * from weeks
