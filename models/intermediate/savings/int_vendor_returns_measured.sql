{{ config(materialized='view') }}

with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

revenue as (
    select * from {{ ref('attributed_revenue_daily') }}
),

headline as (
    select
        coalesce(
            max(case when model = {{ setting('headline_model') }} then model end),
            max(case when model = 'linear' then model end)
        ) as model
    from revenue
),

costs as (
    select
        campaign_id,
        channel,
        min(vendor_id) as vendor_id,
        sum(amount) as cost_amount
    from {{ ref('spend_daily') }}
    cross join months
    where date_day between months.first_day and months.last_day and campaign_id <> '(none)'
    group by campaign_id, channel
),

margins as (
    select
        revenue.campaign_id,
        sum(revenue.conversions) as conversions,
        sum(revenue.margin_amount - revenue.refunded_margin_amount) as margin_amount
    from revenue
    inner join headline on revenue.model = headline.model
    cross join months
    where revenue.date_day between months.first_day and months.last_day
    group by revenue.campaign_id
),

vendor_channels as (
    select
        costs.vendor_id,
        costs.channel,
        sum(costs.cost_amount) as cost_amount,
        sum(margins.margin_amount) as margin_amount,
        sum(margins.conversions) as conversions
    from costs
    inner join margins on costs.campaign_id = margins.campaign_id
    group by costs.vendor_id, costs.channel
    having sum(costs.cost_amount) > 0 and sum(margins.margin_amount) > 0
),

rated as (
    select
        *,
        {{ ratio('cost_amount', 'margin_amount') }} as cost_per_margin
    from vendor_channels
),

peers as (
    select
        rated.vendor_id,
        rated.channel,
        cast(median(others.cost_per_margin) as decimal(18, 6)) as peer_cost_per_margin
    from rated
    inner join rated as others on rated.channel = others.channel and rated.vendor_id <> others.vendor_id
    group by rated.vendor_id, rated.channel
),

compared as (
    select
        rated.vendor_id,
        rated.cost_amount,
        cast(
            (rated.conversions * rated.cost_per_margin / nullif(peers.peer_cost_per_margin, 0) + 10)
            / (rated.conversions + 10) as decimal(18, 6)
        ) as times_peers
    from rated
    inner join peers on rated.vendor_id = peers.vendor_id and rated.channel = peers.channel
),

final as (
    select
        vendor_id,
        cast(sum(cast(cost_amount * times_peers as decimal(28, 8))) / nullif(sum(cost_amount), 0) as decimal(18, 6))
            as cost_effectiveness
    from compared
    group by vendor_id
)

select * from final
