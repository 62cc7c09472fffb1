-- key: campaign_id
with returns as (
    select * from marts.campaign_roi
    where period_kind = $roi_kind and period_id = $period_id and model = $model
),
campaigns as (
    select campaign_id, min(name) as name, min(channel) as channel, min(platform) as platform,
        min(department_id) as department_id, min(start_date) as start_date, max(end_date) as end_date
    from marts.campaigns
    where not is_placeholder
    group by campaign_id
)
select
    c.*, r.cost_amount, r.revenue_amount, r.roi, r.roas, r.platform_roas, r.roi_reason, r.roas_reason,
    r.platform_roas_reason
from campaigns as c
left join returns as r using (campaign_id)
order by r.cost_amount desc nulls last, campaign_id
