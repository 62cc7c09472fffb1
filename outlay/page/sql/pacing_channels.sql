-- key: channel
select
    coalesce(c.channel, '(total)') as channel,
    sum(c.budget_amount) as budget_amount,
    sum(c.actual_to_date_amount) as actual_to_date_amount,
    sum(c.actual_to_date_amount) / nullif(sum(c.budget_to_date_amount), 0) as pace,
    sum(c.actual_to_date_amount) / (date_diff('day', any_value(p.start_date), any_value(c.date_day)) + 1)
        as run_rate_amount,
    case when count(c.required_daily_amount) = count(*) then sum(c.required_daily_amount) end as required_daily_amount,
    case when count(c.required_daily_amount) = count(*) and sum(c.required_daily_amount) >= 0
        then sum(c.required_daily_amount)
            * (date_diff('day', any_value(p.start_date), any_value(c.date_day)) + 1)
            / nullif(sum(c.actual_to_date_amount), 0) - 1 end as change_pct,
    case when grouping(c.channel) = 0
        then min(c.exhaustion_date) filter (c.exhaustion_date > c.date_day) end as exhaustion_date,
    case when sum(c.budget_to_date_amount) = 0 then 'no budget to date' end as pace_reason,
    min(c.required_daily_reason) as required_daily_reason,
    case when sum(c.required_daily_amount) < 0 then 'budget is spent' else 'no spend yet' end as change_reason
from marts.budget_consumption_daily as c
inner join marts.fiscal_periods as p using (period_id)
where period_id = $period_id and $departments
    and c.date_day = (
        select max(date_day) from marts.budget_consumption_daily where period_id = $period_id and date_day <= $as_of
    )
group by grouping sets ((c.channel), ())
having count(*) > 0
order by grouping(c.channel) desc, sum(c.projected_amount) - sum(c.budget_amount) desc, channel
