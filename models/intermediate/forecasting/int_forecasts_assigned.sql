{{ config(materialized='view') }}

-- What is still to come of each budget cell by version in force: one that does not plan it has nothing to come.
with

forecasts as (
    select
        period_id,
        department_id,
        channel,
        spend_category,
        interval_basis,
        forecast_amount - actual_to_date_amount as to_come,
        low - actual_to_date_amount as to_come_low,
        high - actual_to_date_amount as to_come_high
    from {{ ref('int_forecasts_made') }}
    where told = 'forecast' and level = 'category'
),

views as (
    select * from {{ ref('int_forecast_views_listed') }}
),

days_to_come as (
    select
        period_id,
        version_id,
        count(*) as day_count
    from {{ ref('int_budget_version_days') }}
    where is_in_force and date_day > {{ as_of() }}
    group by period_id, version_id
),

-- A quarter and a year are made of periods, a period of itself.
parts as (
    {% for kind in ['period', 'quarter', 'year'] %}
        select
            period_id as part_id,
            '{{ kind }}' as period_kind,
            {{ kind }}_id as period_id
        from {{ run_input('fiscal_calendar') }}
        where period_kind = 'period'
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- Where one year's plan ends within a period, that which plans most of the days to come has all of it.
planning as (
    select parts.part_id, views.period_id, views.version_id
    from parts
    inner join views on parts.period_id = views.period_id and parts.period_kind = views.period_kind
    left join days_to_come on parts.part_id = days_to_come.period_id and views.version_id = days_to_come.version_id
    qualify
        row_number() over (
            partition by parts.part_id, parts.period_kind
            order by coalesce(days_to_come.day_count, 0) desc, views.version_id = '(none)' desc, views.version_id asc
        ) = 1
),

planned as (
    select
        planning.period_id, planning.version_id, forecasts.department_id, forecasts.channel, forecasts.spend_category,
        sum(forecasts.to_come) as to_come,
        bool_or(forecasts.to_come <> 0) as is_foreseen
    from planning
    inner join forecasts on planning.part_id = forecasts.period_id
    group by
        planning.period_id, planning.version_id,
        forecasts.department_id, forecasts.channel, forecasts.spend_category
),

cells as (
    select period_id, department_id, channel, spend_category from forecasts
    union
    select period_id, department_id, channel, spend_category from planned
    union
    -- What the channel spent under a category that it has no longer: nothing more is to come there.
    select sums.period_id, sums.department_id, sums.channel, sums.spend_category
    from {{ ref('int_budget_periods_committed') }} as sums
    inner join forecasts as told
        on
            sums.period_id = told.period_id and sums.department_id = told.department_id
            and sums.channel = told.channel and (sums.actual_amount <> 0 or sums.line_count > 0)
),

joined as (
    select
        views.*,
        cells.department_id,
        cells.channel,
        cells.spend_category,
        whole.interval_basis as whole_basis,
        coalesce(planned.to_come, 0) as to_come,
        coalesce(planned.is_foreseen, false) as is_foreseen,
        case when planned.version_id is null then 0 else whole.to_come_low end as whole_low,
        case when planned.version_id is null then 0 else whole.to_come_high end as whole_high,
        planned.version_id is not null and count(planned.version_id) over (
            partition by cells.period_id, cells.department_id, cells.channel, cells.spend_category
        ) > 1 as is_shared
    from views
    inner join cells on views.period_id = cells.period_id
    left join forecasts as whole
        on
            cells.period_id = whole.period_id and cells.department_id = whole.department_id
            and cells.channel = whole.channel and cells.spend_category = whole.spend_category
    left join planned
        on
            cells.period_id = planned.period_id and views.version_id = planned.version_id
            and cells.department_id = planned.department_id and cells.channel = planned.channel
            and cells.spend_category = planned.spend_category
)

select
    {{ all_but(['whole_basis', 'whole_low', 'whole_high']) }},
    case when not is_shared then whole_low end as to_come_low,
    case when not is_shared then whole_high end as to_come_high,
    case when is_shared then 'planned by several versions' else whole_basis end as interval_basis
from joined
