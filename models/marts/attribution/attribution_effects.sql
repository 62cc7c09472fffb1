with

fitted as (
    select * from {{ ref('int_attribution_fitted') }}
    where level in ('channel', 'campaign')
),

effects as (
    select
        model,
        level,
        member,
        removal_effect,
        shapley_value,
        share,
        calibrated_share,
        standard_error,
        fitted_from,
        fitted_to,
        period_id,
        reason
    from fitted
)

select * from effects
order by fitted_to, period_id, model, level, member
