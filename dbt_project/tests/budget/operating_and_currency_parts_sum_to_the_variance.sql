select
    period_id,
    version_id,
    department_id,
    channel,
    spend_category
from {{ ref('budget_variances') }}
where
    operating_variance_amount + fx_variance_amount <> variance_amount
    or (operating_variance_amount is null and variance_amount is not null and fx_variance_reason is null)
    or available_amount is distinct from budget_amount - actual_amount - committed_amount
