-- What commitments will cost within the calendar is what the rows of the versions in force hold, once a kind of period.
with

listed as (
    select
        sum(committed_amount) as committed_amount,
        sum(planned_amount) as planned_amount
    from {{ ref('int_commitment_days_listed') }}
    where date_day in (select fiscal_days.date_day from {{ ref('int_fiscal_days') }} as fiscal_days)
),

budgeted as (
    select
        period_kind,
        sum(committed_amount) as committed_amount,
        sum(planned_amount) as planned_amount
    from {{ ref('budget_variances') }}
    where is_in_force
    group by period_kind
),

-- An order wholly within the calendar is there with every cent.
lines as (
    select sum(committed_amount_home) as committed_amount
    from {{ ref('commitments') }}
),

reach as (
    select
        max(coalesce(commitments.valid_to, calendar.first_day)) as last_day,
        max(calendar.last_day) as calendar_end
    from (
        select
            min(date_day) as first_day,
            max(date_day) as last_day
        from {{ ref('int_fiscal_days') }}
    ) as calendar
    left join {{ ref('commitments') }} as commitments on commitments.open_amount <> 0
)

select
    'cells' as broken,
    budgeted.period_kind,
    budgeted.committed_amount,
    listed.committed_amount as expected
from budgeted
cross join listed
where
    budgeted.committed_amount <> coalesce(listed.committed_amount, 0)
    or budgeted.planned_amount <> coalesce(listed.planned_amount, 0)
union all
select
    'orders' as broken,
    null as period_kind,
    listed.committed_amount,
    lines.committed_amount as expected
from listed
cross join lines
cross join reach
where
    reach.last_day <= reach.calendar_end
    and coalesce(listed.committed_amount, 0) <> coalesce(lines.committed_amount, 0)
