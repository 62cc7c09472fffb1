-- key: period_id
select
    period_id,
    sum(cost_amount) as cost_amount,
    sum(revenue_amount) as revenue_amount,
    (sum(margin_amount) filter (cost_amount <> 0) - sum(cost_amount)) / nullif(sum(cost_amount), 0) as roi,
    sum(cost_amount) / nullif(sum(new_customers), 0) as cac
from marts.channel_roi
where period_kind = 'week' and model = $model
    and strptime(period_id || '-7', '%G-W%V-%u')::date between $first_week_end and $as_of
group by period_id
order by period_id
