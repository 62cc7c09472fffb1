-- From the earliest changed day on: what lies before was tested when it was written.
with

conversions as (
    select * from {{ ref('int_conversions_valued') }}
    where date_day >= {{ attribution_first_credit_day() }}
),

models as (
    select * from {{ ref('int_attribution_models') }}
),

credited as (
    select
        conversion_id,
        model,
        sum(credit) as credit,
        sum(revenue_amount) as revenue_amount,
        sum(margin_amount) as margin_amount
    from {{ ref('touch_credits') }}
    where date_day >= {{ attribution_first_credit_day() }}
    group by conversion_id, model
),

differing as (
    select
        conversions.conversion_id,
        models.model,
        credited.credit,
        conversions.revenue_amount as expected_revenue_amount,
        credited.revenue_amount,
        conversions.margin_amount as expected_margin_amount,
        credited.margin_amount
    from conversions
    cross join models
    full outer join credited
        on conversions.conversion_id = credited.conversion_id and models.model = credited.model
    where
        credited.credit is distinct from 1
        or credited.revenue_amount is distinct from conversions.revenue_amount
        or credited.margin_amount is distinct from conversions.margin_amount
)

select * from differing
