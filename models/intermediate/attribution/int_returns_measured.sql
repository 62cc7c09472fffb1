with

summed as (
    select * from {{ ref('int_returns_by_member') }}
),

profits as (
    select
        *,
        cast(margin_amount - cost_amount as decimal(18, 2)) as profit_amount,
        case finality_rank
            when 1 then 'touch_cost'
            when 2 then 'platform_only'
            when 3 then 'accrued'
            when 4 then 'invoiced'
            when 5 then 'closed'
            else 'no_cost'
        end as cost_finality
    from summed
),

units as (
    select
        *,
        {{ as_units('profit_amount') }} as profit_units,
        {{ as_units('revenue_amount') }} as revenue_units,
        {{ as_units('cost_amount') }} as cost_units,
        {{ as_units('platform_value_amount') }} as platform_value_units,
        {{ as_units('platform_spend_amount') }} as platform_spend_units,
        {{ as_units('conversions', 9) }} as conversion_units,
        {{ as_units('new_customers', 9) }} as new_customer_units
    from profits
),

measured as (
    select
        *,
        {{ ratio_of_units('profit_units', 'cost_units') }} as roi,
        {{ ratio_of_units('revenue_units', 'cost_units') }} as roas,
        {{ ratio_of_units('cost_units * 10000000', 'conversion_units') }} as cpa,
        {{ ratio_of_units('cost_units * 10000000', 'new_customer_units') }} as cac,
        {{ ratio_of_units('platform_value_units', 'platform_spend_units') }} as platform_roas,
        case when cost_amount is null then 'cost_unknown' when cost_amount = 0 then 'zero_cost' end as cost_reason,
        case when margin_amount is null then 'margin_unknown' end as margin_reason
    from units
),

-- Wherever a figure is missing, the column beside it says why.
explained as (
    select
        *,
        coalesce(cost_reason, margin_reason, case when roi is null then 'cost_too_small' end) as roi_reason,
        coalesce(cost_reason, case when roas is null then 'cost_too_small' end) as roas_reason,
        case
            when conversions = 0 then 'zero_conversions'
            when cost_amount is null then cost_reason
            when cpa is null then 'too_few_conversions'
        end as cpa_reason,
        case
            when new_customers = 0 then 'zero_new_customers'
            when cost_amount is null then cost_reason
            when cac is null then 'too_few_new_customers'
        end as cac_reason,
        case
            when platform_spend_amount is null then 'no_platform_report'
            when platform_spend_amount = 0 then 'zero_platform_spend'
            when platform_roas is null then 'platform_spend_too_small'
        end as platform_roas_reason
    from measured
)

select * from explained
