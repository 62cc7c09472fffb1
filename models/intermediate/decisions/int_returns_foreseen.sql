{{ config(materialized='view') }}

-- What a measured return does not say: what its customers are still worth, what the next unit brings, how sure it is.
with

measured as (
    select
        measured.*,
        settings.headline_model = measured.model as is_headline,
        case when measured.level = 'channel' then measured.member end as curved_channel,
        case when measured.period_kind = 'month' then measured.period_id end as fitted_period_id,
        cast(measured.cost_amount as double) * 7 / lengths.days as weekly_spend,
        measured.margin_amount / nullif(cast(measured.revenue_amount as double), 0) as margin_ratio
    from {{ ref('int_returns_measured') }} as measured
    cross join {{ ref('int_run_settings_listed') }} as settings
    left join {{ ref('int_period_lengths') }} as lengths
        on measured.period_kind = lengths.period_kind and measured.period_id = lengths.period_id
),

-- The curve between its points is as steep as at the lower one.
curves as (
    select
        channel,
        spend,
        marginal_outcome,
        lead(spend, 1, 1e15) over (partition by channel order by point_no) as next_spend
    from {{ ref('int_allocations_made') }}
    where told = 'curve'
),

-- 80 % of a normal distribution lies within 1.281552 standard errors.
errors as (
    select
        model,
        level,
        member,
        period_id,
        least(1.281552 * standard_error / share, 1) as relative_error
    from {{ ref('int_attribution_fitted') }}
    where standard_error is not null and share > 0
),

joined as (
    select
        measured.*,
        case when measured.is_headline then worth.ltv end as ltv,
        case when measured.is_headline then worth.payback_months end as payback_months,
        case
            when not measured.is_headline then 'headline_model_only'
            when worth.member is null then 'no_customer_won'
            else worth.ltv_reason
        end as ltv_reason,
        case
            when not measured.is_headline then 'headline_model_only'
            when worth.member is null then 'no_customer_won'
            else worth.payback_months_reason
        end as payback_months_reason,
        curves.marginal_outcome * measured.margin_ratio - 1 as marginal_roi,
        curves.channel is not null as is_on_curve,
        errors.relative_error * abs(measured.roi + 1) as roi_error
    from measured
    left join {{ ref('int_customers_worth_by_period') }} as worth
        on
            measured.level = worth.level
            and measured.period_kind = worth.period_kind
            and measured.period_id = worth.period_id
            and measured.member = worth.member
    left join curves
        on
            measured.curved_channel = curves.channel
            and measured.weekly_spend >= curves.spend
            and measured.weekly_spend < curves.next_spend
    left join errors
        on
            measured.level = errors.level
            and measured.fitted_period_id = errors.period_id
            and measured.member = errors.member
            and measured.model = errors.model
),

explained as (
    select
        {{ all_but(['marginal_roi'], 'joined') }},
        try_cast(marginal_roi as decimal(18, 6)) as marginal_roi,
        {{ ratio_of_units(as_units('ltv') ~ ' * 10000', as_units('cac', 6)) }} as ltv_to_cac,
        try_cast(roi - roi_error as decimal(18, 6)) as roi_low,
        try_cast(roi + roi_error as decimal(18, 6)) as roi_high,
        case
            when ltv is null then ltv_reason
            when cac is null then cac_reason
            when cac = 0 then 'zero_cac'
            when ltv_to_cac is null then 'cac_too_small'
        end as ltv_to_cac_reason,
        case
            when level = 'campaign' then 'curves_are_by_channel'
            when cost_amount is null then 'cost_unknown'
            when not is_on_curve then 'no_response_curve'
            when margin_ratio is null then 'margin_unknown'
            when abs(marginal_roi) >= 1e12 then 'revenue_too_small'
        end as marginal_roi_reason,
        case
            when roi is null then roi_reason
            when roi_error is null and period_kind <> 'month' then 'fitted_by_month'
            when roi_error is null then 'no_standard_error'
            when abs(roi) + roi_error >= 1e12 then 'cost_too_small'
        end as interval_reason
    from joined
)

select * from explained
