{{ config(materialized='view') }}

-- What a period's budget and actual hold of each item, to date and in full; an item is a cell's line or campaign.
with

unioned as (
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        coalesce(campaign_id, '(none)') as campaign_id,
        unit,
        budget_amount,
        coalesce(budget_quantity, 0) as budget_quantity,
        0 as actual_amount,
        0 as actual_quantity
    from {{ ref('int_budget_quantities_daily') }}
    union all
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        campaign_id,
        unit,
        0 as budget_amount,
        0 as budget_quantity,
        actual_amount,
        actual_quantity
    from {{ ref('int_spend_quantities_daily') }}
),

daily as (
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        case when unit is null then '(none)' else campaign_id end as campaign_id,
        unit,
        sum(budget_amount) as budget_amount,
        sum(budget_quantity) as budget_quantity,
        sum(actual_amount) as actual_amount,
        sum(actual_quantity) as actual_quantity
    from unioned
    group by all
),

seen as (
    select
        views.version_id,
        views.period_id,
        views.quarter_id,
        views.year_id,
        daily.date_day <= {{ as_of() }} as is_past,
        {{ all_but(['version_id'], 'daily') }}
    from {{ ref('int_budget_version_days') }} as views
    inner join daily on views.holding_version_id = daily.version_id and views.date_day = daily.date_day
),

by_kind as (
    select period_id as span_id, seen.* from seen
    union all
    select quarter_id as span_id, seen.* from seen
    union all
    select year_id as span_id, seen.* from seen
),

by_basis as (
    select 'to_date' as basis, by_kind.* from by_kind
    where is_past
    union all
    select 'full_period' as basis, by_kind.* from by_kind
),

summed as (
    select
        span_id as period_id,
        version_id,
        department_id,
        channel,
        basis,
        spend_category,
        campaign_id,
        unit,
        cast(sum(budget_amount) as decimal(18, 2)) as budget_amount,
        cast(sum(budget_quantity) as decimal(38, 6)) as budget_quantity,
        cast(sum(actual_amount) as decimal(18, 2)) as actual_amount,
        cast(sum(actual_quantity) as decimal(38, 6)) as actual_quantity
    from by_basis
    where span_id is not null
    group by
        span_id, version_id, department_id, channel, basis, spend_category, campaign_id, unit
)

select * from summed
