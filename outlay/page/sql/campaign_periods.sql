-- key: period_kind, period_id, model
select
    period_kind, period_id, model, cost_amount, cost_finality, revenue_amount, margin_amount, profit_amount, roi,
    roi_low, roi_high, roas, platform_roas, cpa, cac, marginal_roi, roi_reason, roi_low_reason, roas_reason,
    platform_roas_reason, cpa_reason, cac_reason, marginal_roi_reason, margin_reason, campaign_id
from marts.campaign_roi
where campaign_id $of_one
    and (model = $model or (period_kind = $roi_kind and period_id = $period_id))
    and (period_kind <> 'week' or strptime(period_id || '-1', '%G-W%V-%u')::date between $first_week_end and $as_of)
    and (cost_amount <> 0 or revenue_amount <> 0)
qualify dense_rank() over (partition by campaign_id, period_kind order by period_id desc) <= $most_periods
order by campaign_id, list_position(['year', 'quarter', 'month', 'week'], period_kind), period_id, model
