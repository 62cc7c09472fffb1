{{ config(materialized='view') }}

-- Which campaigns won each customer, by the headline model's credit for the first purchase.
with

firsts as (
    select
        conversion_id,
        person_id,
        date_day
    from {{ ref('int_conversions_valued') }}
    where is_new_customer
),

credits as (
    select
        conversion_id,
        campaign_id,
        channel,
        credit
    from {{ ref('touch_credits') }}
    where model = {{ setting('headline_model') }}
),

acquisitions as (
    select
        firsts.person_id as customer,
        {{ month_id('firsts.date_day') }} as cohort,
        credits.campaign_id,
        credits.channel,
        cast(sum(credits.credit) as double) as share
    from firsts
    inner join credits on firsts.conversion_id = credits.conversion_id
    group by firsts.person_id, firsts.date_day, credits.campaign_id, credits.channel
)

select * from acquisitions
