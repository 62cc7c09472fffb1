{{ config(materialized='view') }}

-- Campaigns whose platform reports no conversion, although three or more were due at the rate of their ad account and
-- at that of their channel (who sees a video seldom clicks): the Poisson chance of none is then below 5 %. Spend counts
-- once its look-back window has passed; claimed are the last 30 days, which will cost the same again. Platforms rather
-- over-count, so none reported is none.
with

bounds as (
    select
        {{ add_days(as_of(), "-60 - " ~ setting('click_window_days')) }} as first_day,
        {{ add_days(as_of(), "-1 * " ~ setting('click_window_days')) }} as last_day
),

reports as (
    select
        platform,
        account_id,
        campaign_id,
        date_day,
        sum(conversions) as conversions
    from {{ ref('stg_ads__platform_spend') }}
    where date_day > (select bounds.first_day from bounds) and date_day <= {{ as_of() }}
    group by platform, account_id, campaign_id, date_day
),

delivery as (
    select
        delivery.*,
        reports.conversions,
        delivery.date_day <= bounds.last_day as has_had_time
    from {{ ref('int_delivery_priced') }} as delivery
    cross join bounds
    inner join reports
        on
            delivery.platform = reports.platform and delivery.account_id = reports.account_id
            and delivery.campaign_id = reports.campaign_id and delivery.date_day = reports.date_day
),

campaigns as (
    select
        platform,
        account_id,
        campaign_id,
        channel,
        currency,
        sum(conversions) as conversions,
        sum(case when has_had_time then served_amount_doc else 0 end) as cost_doc,
        sum(case when has_had_time then conversions else 0 end) as timely_conversions
    from delivery
    group by platform, account_id, campaign_id, channel, currency
    having count(conversions) = count(*)
),

expected as (
    select
        *,
        cast(least(
            cost_doc * sum(timely_conversions) over in_account / nullif(sum(cost_doc) over in_account, 0),
            cost_doc * sum(timely_conversions) over in_channel / nullif(sum(cost_doc) over in_channel, 0)
        ) as decimal(18, 6)) as expected_conversions
    from campaigns
    window
        in_account as (partition by platform, account_id, currency),
        in_channel as (partition by channel, currency)
),

fruitless as (
    select
        *,
        cast(expected_conversions as decimal(18, 1)) as due_conversions
    from expected
    where conversions = 0 and expected_conversions >= 3
),

final as (
    select
        'spend_without_result' as detector,
        {{ all_but(['conversions', 'has_had_time'], 'delivery') }},
        cast(null as date) as end_date,
        delivery.served_amount_doc as part_doc,
        'brought no conversion where ' || cast(fruitless.due_conversions as varchar)
        || ' were due at the rate of its account and channel; the last 30 days' as finding
    from delivery
    inner join fruitless
        on
            delivery.platform = fruitless.platform and delivery.account_id = fruitless.account_id
            and delivery.campaign_id = fruitless.campaign_id and delivery.currency = fruitless.currency
    where delivery.date_day > {{ add_days(as_of(), -30) }} and delivery.served_amount_doc > 0
)

select * from final
