-- In every kind of period, under every model: campaigns and channels sum to the same, and to what went in.
with

campaigns as (
    select
        'campaign_roi' as table_name,
        period_kind,
        model,
        sum(cost_amount) as cost_amount,
        sum(revenue_amount) as revenue_amount,
        sum(conversions) as conversions
    from {{ ref('campaign_roi') }}
    group by period_kind, model
),

channels as (
    select
        'channel_roi' as table_name,
        period_kind,
        model,
        sum(cost_amount) as cost_amount,
        sum(revenue_amount) as revenue_amount,
        sum(conversions) as conversions
    from {{ ref('channel_roi') }}
    group by period_kind, model
),

members as (
    select * from campaigns
    union all
    select * from channels
),

attributed as (
    select
        model,
        sum(revenue_amount) - sum(refunded_amount) as revenue_amount,
        sum(conversions) as conversions
    from {{ ref('attributed_revenue_daily') }}
    group by model
),

spent as (
    select
        sum(cost_amount) as cost_amount,
        -- A cost without a rate is for another test to name.
        coalesce(bool_and(cost_amount is not null), true) as is_known
    from {{ ref('int_costs_daily') }}
),

differing as (
    select
        members.table_name,
        members.period_kind,
        members.model,
        spent.cost_amount as expected_cost_amount,
        members.cost_amount,
        attributed.revenue_amount as expected_revenue_amount,
        members.revenue_amount
    from members
    cross join spent
    left join attributed on members.model = attributed.model
    where
        (spent.is_known and coalesce(members.cost_amount, 0) <> coalesce(spent.cost_amount, 0))
        or members.revenue_amount <> coalesce(attributed.revenue_amount, 0)
        or members.conversions <> coalesce(attributed.conversions, 0)
)

select * from differing
