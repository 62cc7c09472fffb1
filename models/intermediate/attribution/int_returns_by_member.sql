{{ config(materialized='view') }}

with

parts as (
    select * from {{ ref('int_returns_by_period') }}
),

models as (
    select * from {{ ref('int_attribution_models') }}
),

-- Without spend and without costs at the touches, a cost is not zero but unknown.
cost_source as (
    select
        exists (select 1 from {{ ref('spend_daily') }}) or exists (select 1 from {{ ref('int_touch_costs_daily') }})
            as is_known
),

-- What names no model stands under each of them.
parts_of_models as (
    select
        parts.period_kind,
        parts.period_id,
        parts.campaign_id,
        parts.channel,
        models.model,
        parts.conversions,
        parts.new_customers,
        parts.revenue_amount,
        parts.margin_amount,
        parts.is_margin_unknown,
        parts.cost_amount,
        parts.is_cost_unknown,
        parts.finality_rank,
        parts.platform_spend_amount,
        parts.platform_value_amount
    from parts
    inner join models on parts.model = models.model or parts.model is null
),

members as (
    select
        'campaign' as level,
        campaign_id as member,
        parts_of_models.*
    from parts_of_models

    union all

    select
        'channel' as level,
        channel as member,
        parts_of_models.*
    from parts_of_models
),

summed as (
    select
        members.level,
        members.period_kind,
        members.period_id,
        members.member,
        members.model,
        cast(sum(members.conversions) as decimal(18, 9)) as conversions,
        cast(sum(members.new_customers) as decimal(18, 9)) as new_customers,
        cast(sum(members.revenue_amount) as decimal(18, 2)) as revenue_amount,
        cast(case when not bool_or(members.is_margin_unknown) then sum(members.margin_amount) end as decimal(18, 2))
            as margin_amount,
        cast(case
            when not cost_source.is_known or bool_or(members.is_cost_unknown) then null
            else coalesce(sum(members.cost_amount), 0)
        end as decimal(18, 2)) as cost_amount,
        min(members.finality_rank) as finality_rank,
        cast(sum(members.platform_spend_amount) as decimal(18, 2)) as platform_spend_amount,
        cast(sum(members.platform_value_amount) as decimal(18, 2)) as platform_value_amount
    from members
    cross join cost_source
    group by
        members.level, members.period_kind, members.period_id, members.member, members.model, cost_source.is_known
)

select * from summed
