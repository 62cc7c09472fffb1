-- key: channel
select
    coalesce(channel, '(total)') as channel,
    sum(budget_to_date_amount) as budget_to_date_amount,
    sum(actual_amount) as actual_amount,
    case when count(variance_amount) = count(*) then sum(variance_amount) end as variance_amount,
    case when count(variance_amount) = count(*)
        then sum(variance_amount) / nullif(abs(sum(budget_to_date_amount)), 0) end as variance_pct,
    sum(budget_amount) as budget_amount,
    case when count(committed_amount) = count(*) then sum(committed_amount) end as committed_amount,
    case when count(available_amount) = count(*) then sum(available_amount) end as available_amount,
    case when count(forecast_amount) = count(*) then sum(forecast_amount) end as forecast_amount,
    case when count(forecast_amount) = count(*) then sum(forecast_amount) - sum(budget_amount) end
        as forecast_variance_amount,
    case when sum(budget_to_date_amount) = 0 then 'no budget to date' end as variance_pct_reason,
    min(variance_pct_reason) filter (variance_amount is null) as variance_reason,
    min(committed_reason) as committed_reason,
    min(forecast_reason) filter (forecast_amount is null) as forecast_reason,
    string_agg(distinct version_id, ', ' order by version_id) filter (version_id <> '(none)') as versions,
    bool_or(budget_status = 'budgeted') as is_budgeted
from marts.budget_variances
where period_id = $period_id and is_in_force and $departments
group by grouping sets ((channel), ())
having count(*) > 0
order by grouping(channel), variance_amount desc nulls last, channel
