with

forecasts as (
    select * from {{ ref('spend_forecasts') }}
    where as_of = {{ as_of() }}
),

totals as (
    select
        period_id,
        sum(case when level = 'channel' then forecast_amount else 0 end) as channels,
        sum(case when level = 'department' then forecast_amount else 0 end) as departments,
        sum(case when level = 'total' then forecast_amount else 0 end) as total
    from forecasts
    group by period_id
),

departments as (
    select
        period_id,
        department_id,
        sum(case when level = 'channel' then forecast_amount else 0 end) as channels,
        sum(case when level = 'department' then forecast_amount else 0 end) as department
    from forecasts
    where level <> 'total'
    group by period_id, department_id
),

cells as (
    select
        period_id,
        department_id,
        channel,
        sum(forecast_amount) as cells
    from {{ ref('budget_variances') }}
    where is_in_force and forecast_amount is not null
    group by period_id, department_id, channel
)

select
    period_id,
    '(all)' as department_id,
    'channels and departments sum to the total' as expected
from totals
where channels <> total or departments <> total
union all
select
    period_id,
    department_id,
    'channels sum to their department' as expected
from departments
where channels <> department
union all
select
    forecasts.period_id,
    forecasts.department_id,
    'budget_variances holds the forecast of the channel' as expected
from forecasts
inner join cells
    on
        forecasts.period_id = cells.period_id
        and forecasts.department_id = cells.department_id
        and forecasts.channel = cells.channel
where forecasts.level = 'channel' and forecasts.forecast_amount <> cells.cells
