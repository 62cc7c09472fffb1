-- key: period_id
select period_id, period_kind, start_date, end_date, day_count, status, year_id, comparable_prior_period_id
from marts.fiscal_periods
where start_date <= $as_of
    and end_date >= coalesce((select min(date_day) from marts.spend_daily), $as_of)
order by start_date, end_date desc, period_id
