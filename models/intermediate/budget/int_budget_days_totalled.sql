{{ config(materialized='view') }}

select
    *,
    sum(day_weight) over (partition by version_id, line_key) as total_weight,
    sum(day_weight) over (
        partition by version_id, line_key
        order by date_day asc
        rows between unbounded preceding and current row
    ) as weight_to_date
from {{ ref('int_budget_days_weighted') }}
