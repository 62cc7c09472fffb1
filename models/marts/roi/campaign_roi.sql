with

measured as (
    select * from {{ ref('int_returns_foreseen') }}
    where level = 'campaign'
),

returns as (
    select
        period_kind,
        period_id,
        member as campaign_id,
        model,
        cost_amount,
        cost_finality,
        revenue_amount,
        margin_amount,
        profit_amount,
        roi,
        roas,
        cpa,
        cac,
        ltv,
        ltv_to_cac,
        payback_months,
        marginal_roi,
        platform_roas,
        roi_low,
        roi_high,
        conversions,
        new_customers,
        platform_spend_amount,
        platform_value_amount,
        margin_reason,
        roi_reason,
        roas_reason,
        cpa_reason,
        cac_reason,
        ltv_reason,
        ltv_to_cac_reason,
        payback_months_reason,
        marginal_roi_reason,
        platform_roas_reason,
        interval_reason as roi_low_reason,
        interval_reason as roi_high_reason
    from measured
)

select * from returns
order by period_kind, period_id, campaign_id, model
