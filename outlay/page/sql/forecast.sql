-- key: period_id
select period_id, forecast_amount, low, high, days_known, as_of, interval_basis, reason
from marts.spend_forecasts
where period_id = $period_id and channel = '(all)' and department_id = $forecast_department
    and as_of = (select max(as_of) from marts.spend_forecasts where as_of <= $as_of)
