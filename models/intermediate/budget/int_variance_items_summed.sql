{{ config(materialized='view') }}

-- What a period's budget and actual hold of each item, to date and in full; an item is a cell's line or campaign.
with

unioned as (
    select
        views.version_id,
        planned.date_day,
        planned.department_id,
        planned.channel,
        planned.spend_category,
        coalesce(planned.campaign_id, '(none)') as campaign_id,
        planned.unit,
        planned.budget_amount,
        coalesce(planned.budget_quantity, 0) as budget_quantity,
        0 as actual_amount,
        0 as actual_quantity
    from {{ ref('int_budget_quantities_daily') }} as planned
    inner join {{ ref('int_budget_version_days') }} as views
        on planned.version_id = views.holding_version_id and planned.date_day = views.date_day
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

-- Days become periods before anything else: quarters and years are sums of whole periods.
seen as (
    select
        views.version_id,
        views.period_id,
        views.quarter_id,
        views.year_id,
        unioned.date_day <= {{ as_of() }} as is_past,
        unioned.department_id,
        unioned.channel,
        unioned.spend_category,
        case when unioned.unit is null then '(none)' else unioned.campaign_id end as campaign_id,
        unioned.unit,
        sum(unioned.budget_amount) as budget_amount,
        sum(unioned.budget_quantity) as budget_quantity,
        sum(unioned.actual_amount) as actual_amount,
        sum(unioned.actual_quantity) as actual_quantity
    from {{ ref('int_budget_version_days') }} as views
    inner join unioned on views.version_id = unioned.version_id and views.date_day = unioned.date_day
    group by all
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
