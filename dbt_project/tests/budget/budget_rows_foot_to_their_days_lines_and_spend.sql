with

variances as (
    select * from {{ ref('budget_variances') }}
),

by_kind as (
    select
        version_id,
        department_id,
        channel,
        spend_category,
        calendar.year_id,
        sum(case when variances.period_kind = 'period' then budget_amount end) as budget_by_period,
        sum(case when variances.period_kind = 'quarter' then budget_amount end) as budget_by_quarter,
        sum(case when variances.period_kind = 'year' then budget_amount end) as budget_by_year,
        sum(case when variances.period_kind = 'period' then actual_amount end) as actual_by_period,
        sum(case when variances.period_kind = 'quarter' then actual_amount end) as actual_by_quarter,
        sum(case when variances.period_kind = 'year' then actual_amount end) as actual_by_year
    from variances
    inner join {{ run_input('fiscal_calendar') }} as calendar using (period_id)
    group by version_id, department_id, channel, spend_category, calendar.year_id
),

-- A first version allots its lines whole; a later one has the same total for every line it restates.
planned as (
    select
        versions.version_id,
        sum(lines.amount) as line_amount
    from {{ ref('int_budget_lines_prepared') }} as lines
    inner join {{ ref('int_budget_versions_ordered') }} as versions on lines.version_id = versions.version_id
    where versions.version_no = 1
    group by versions.version_id
),

allotted as (
    select
        version_id,
        sum(budget_amount) as allotted_amount
    from {{ ref('int_budget_allotments_daily') }}
    group by version_id
),

spent as (
    select sum(amount) as amount
    from {{ ref('spend_daily') }}
    where date_day <= {{ as_of() }} and period_id is not null
),

budgeted as (
    select sum(actual_amount) as amount
    from variances
    where is_in_force and period_kind = 'period'
),

accumulated as (
    select
        period_id,
        version_id,
        sum(budget_to_date_amount) as budget_to_date_amount,
        sum(actual_to_date_amount) as actual_to_date_amount
    from {{ ref('budget_consumption_daily') }}
    where date_day = {{ as_of() }}
    group by period_id, version_id
),

current_rows as (
    select
        period_id,
        version_id,
        sum(budget_to_date_amount) as budget_to_date_amount,
        sum(actual_amount) as actual_amount
    from variances
    where is_in_force
    group by period_id, version_id
)

select
    concat_ws(' ', 'periods foot to the year:', version_id, year_id, department_id, channel, spend_category) as broken
from by_kind
where
    budget_by_period is distinct from budget_by_quarter or budget_by_period is distinct from budget_by_year
    or actual_by_period is distinct from actual_by_quarter or actual_by_period is distinct from actual_by_year
union all
select concat_ws(' ', 'days foot to the lines:', planned.version_id)
from planned
left join allotted on planned.version_id = allotted.version_id
where planned.line_amount is distinct from allotted.allotted_amount
union all
select 'actuals foot to spend'
from spent
cross join budgeted
where coalesce(spent.amount, 0) <> coalesce(budgeted.amount, 0)
union all
select concat_ws(' ', 'consumption foots to variances:', accumulated.period_id, accumulated.version_id)
from accumulated
inner join current_rows using (period_id, version_id)
where
    accumulated.budget_to_date_amount <> current_rows.budget_to_date_amount
    or accumulated.actual_to_date_amount <> current_rows.actual_amount
