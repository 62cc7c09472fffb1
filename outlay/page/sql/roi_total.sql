-- key: period_id
select
    period_id,
    sum(cost_amount) as cost_amount,
    sum(revenue_amount) as revenue_amount,
    sum(margin_amount) filter (cost_amount <> 0) as margin_amount,
    case when count(margin_amount) = count(*)
        then (sum(margin_amount) filter (cost_amount <> 0) - sum(cost_amount)) / nullif(sum(cost_amount), 0) end as roi,
    sum(cost_amount) / nullif(sum(new_customers), 0) as cac,
    sum(conversions) as conversions,
    sum(new_customers) as new_customers,
    case when sum(cost_amount) = 0 then 'no cost' when count(margin_amount) < count(*) then min(margin_reason) end
        as roi_reason,
    case when coalesce(sum(new_customers), 0) = 0 then 'no new customers' end as cac_reason
from marts.channel_roi
where period_kind = $roi_kind and period_id = $period_id and model = $model
group by period_id
