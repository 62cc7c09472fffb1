-- key: channel
select
    channel, cost_amount, cost_finality, revenue_amount, margin_amount, profit_amount, roi, roi_low, roi_high, roas,
    platform_roas, platform_roas / nullif(roas, 0) - 1 as overclaim_pct, marginal_roi, cac, payback_months,
    roi_reason, roi_low_reason, roi_high_reason, roas_reason, platform_roas_reason, marginal_roi_reason, cac_reason,
    payback_months_reason, margin_reason
from marts.channel_roi
where period_kind = $roi_kind and period_id = $period_id and model = $model
order by roi desc nulls last, margin_amount desc nulls last, channel
