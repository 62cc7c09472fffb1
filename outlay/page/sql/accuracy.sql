-- key: days_known
select
    days_known, period_id, scored_periods, wape, bias, coverage, baseline_wape, wape_reason, coverage_reason
from marts.forecast_accuracy
where level = 'total' and as_of = (select max(as_of) from marts.forecast_accuracy where as_of <= $as_of)
qualify period_id = max(period_id) over ()
order by days_known
