with

measured as (
    select * from {{ ref('int_returns_measured') }}
    where level = 'channel'
),

returns as (
    select
        period_kind,
        period_id,
        member as channel,
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
        cast(null as decimal(18, 2)) as ltv,
        cast(null as decimal(18, 6)) as ltv_to_cac,
        cast(null as decimal(18, 6)) as payback_months,
        cast(null as decimal(18, 6)) as marginal_roi,
        platform_roas,
        cast(null as decimal(18, 6)) as roi_low,
        cast(null as decimal(18, 6)) as roi_high,
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
        roi_low_reason,
        roi_high_reason
    from measured
)

select * from returns
order by period_kind, period_id, channel, model
