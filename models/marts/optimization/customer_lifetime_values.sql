with

made as (
    select * from {{ ref('int_lifetime_values_made') }}
    where level = 'campaign'
),

valued as (
    select
        cohort,
        member as campaign_id,
        horizon_months,
        customers,
        ltv,
        ltv_low,
        ltv_high,
        cac,
        ltv_to_cac,
        payback_months,
        observed as observed_amount,
        ltv_reason,
        coalesce(ltv_reason, ltv_low_reason) as ltv_low_reason,
        coalesce(ltv_reason, ltv_high_reason) as ltv_high_reason,
        cac_reason,
        ltv_to_cac_reason,
        payback_months_reason
    from made
)

select * from valued
order by cohort, campaign_id, horizon_months
