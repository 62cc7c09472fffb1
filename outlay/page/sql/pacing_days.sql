-- key: date_day
select
    date_day,
    sum(actual_to_date_amount) as actual_to_date_amount,
    sum(budget_to_date_amount) as budget_to_date_amount,
    sum(budget_amount) as budget_amount
from marts.budget_consumption_daily
where period_id = $period_id and date_day <= $as_of and $departments
group by date_day
order by date_day
