{{ config(materialized='view') }}

-- Categories of spend with many vendors below a hundredth of it each, in the twelve months that ended last: what
-- keeping these vendors cost in the months observed, where the company says what keeping one costs.
with

costs as (
    select
        spend.spend_category,
        spend.vendor_id,
        sum(spend.amount) as cost_amount,
        sum(sum(spend.amount)) over (partition by spend.spend_category) as category_amount
    from {{ ref('spend_daily') }} as spend
    cross join {{ ref('int_scorecard_months') }} as months
    where
        spend.date_day between months.first_day and months.last_day
        and spend.vendor_id not in ('(none)', 'unmapped')
    group by spend.spend_category, spend.vendor_id
),

tails as (
    select
        spend_category,
        count(*) as vendor_count,
        sum(cost_amount) as cost_amount,
        {{ joined_text(evidence_item('vendor', 'vendor_id'), ', ', 'vendor_id') }} as vendors
    from costs
    where cost_amount > 0 and cost_amount * 100 < category_amount
    group by spend_category
    having count(*) >= {{ setting('tail_vendors') }}
),

priced as (
    select
        tails.*,
        cast({{ from_units(divide_half_even(
            as_units(setting('vendor_upkeep'), 2) ~ ' * tails.vendor_count * observed.month_count', '12'
        )) }} as decimal(18, 2)) as part_amount
    from tails
    cross join {{ ref('int_savings_months_observed') }} as observed
),

final as (
    select
        'tail_vendor' as detector,
        'tail_vendor:' || spend_category as claim_id,
        'run_rate' as class,
        cast(null as varchar) as vendor_id,
        (select months.last_day from {{ ref('int_scorecard_months') }} as months) as found_on,
        cast(null as date) as expires_on,
        'tail_vendors:' || spend_category as purse,
        part_amount as purse_amount,
        {{ setting('home_currency') }} as currency,
        cast(part_amount as decimal(18, 4)) as amount_doc,
        part_amount as amount,
        '[' || vendors || ']' as evidence,
        cast(vendor_count as varchar) || ' vendors of ' || spend_category || ' below 1 % of it each, '
        || {{ money_text('cost_amount', setting('home_currency')) }} || ' together' as explanation
    from priced
)

select * from final
