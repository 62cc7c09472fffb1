{{ config(materialized='view') }}

with

windows as (
    select * from {{ ref('int_fit_windows_listed') }}
),

rates as (
    select * from {{ ref('int_fx_rates_daily') }}
),

tests as (
    select
        {{ all_but(['channel'], 'valued') }},
        {{ attribution_channel_member('valued.channel') }} as member
    from {{ ref('int_lift_tests_valued') }} as valued
),

delivered as (
    select
        delivery.date_day,
        {{ attribution_channel_member('campaigns.channel') }} as member,
        sum({{ home_amount('delivery.spend', 'delivery.currency', 'rates') }}) as spend_amount
    from {{ ref('stg_ads__platform_spend') }} as delivery
    inner join {{ ref('int_campaigns_classified') }} as campaigns
        on delivery.platform = campaigns.platform and delivery.campaign_id = campaigns.campaign_id
    left join rates on delivery.currency = rates.currency and delivery.date_day = rates.date_day
    where exists (select 1 from tests)
    group by delivery.date_day, campaigns.channel
),

spent as (
    select
        windows.period_id,
        delivered.member,
        cast(sum(delivered.spend_amount) as decimal(18, 2)) as spend_amount
    from windows
    inner join delivered on delivered.date_day between windows.fitted_from and windows.fitted_to
    group by windows.period_id, delivered.member
),

valued as (
    select
        windows.period_id,
        sum(conversions.revenue_amount) as revenue_amount,
        count(*) as conversions
    from windows
    inner join {{ ref('int_conversions_valued') }} as conversions
        on conversions.date_day between windows.fitted_from and windows.fitted_to
    group by windows.period_id
),

-- An outcome in revenue counts for as many conversions as that revenue came from in the window.
compared as (
    select
        windows.period_id,
        tests.test_id,
        tests.member,
        tests.outcome_delta,
        tests.standard_error,
        case
            when tests.outcome_kind = 'revenue'
                then tests.home_rate * valued.conversions / nullif(cast(valued.revenue_amount as double), 0)
            else 1
        end as conversions_per_outcome,
        cast(tests.spend_delta_amount as double) / nullif(cast(spent.spend_amount as double), 0) as spend_change
    from windows
    inner join tests on windows.fitted_to >= tests.end_date
    left join spent on windows.period_id = spent.period_id and tests.member = spent.member
    left join valued on windows.period_id = valued.period_id
)

select * from compared
