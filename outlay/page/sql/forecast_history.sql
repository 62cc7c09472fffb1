-- key: as_of
select as_of, forecast_amount
from marts.spend_forecasts
where period_id = $period_id and channel = '(all)' and department_id = $forecast_department and as_of <= $as_of
order by as_of
