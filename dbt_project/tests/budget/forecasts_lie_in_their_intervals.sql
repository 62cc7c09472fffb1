-- Nor may a total that only ever grew be forecast below what it has come to.
select
    as_of,
    period_id,
    department_id,
    channel
from {{ ref('spend_forecasts') }}
where
    low > forecast_amount
    or high < forecast_amount
    or (low is null) <> (high is null)
    or (low is null and interval_basis is null)
    or (days_known = 0 and actual_to_date_amount <> 0)
