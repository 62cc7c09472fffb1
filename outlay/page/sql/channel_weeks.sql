-- key: channel, period_id
select channel, period_id, cost_amount, revenue_amount, roi, roi_reason
from marts.channel_roi
where period_kind = 'week' and model = $model
    and strptime(period_id || '-1', '%G-W%V-%u')::date between $first_week_end and $as_of
    and channel in (
        select channel from marts.channel_roi where period_kind = 'week' and model = $model and cost_amount <> 0
    )
order by channel, period_id
