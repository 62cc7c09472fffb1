-- What a day's allotment buys of a line that plans a quantity: its part of the quantity is its part of the amount.
with

line_totals as (
    select
        version_id,
        line_key,
        coalesce(max(campaign_id), '(all)') as campaign_id,
        case when count(distinct unit) = 1 and count(unit) = count(*) then min(unit) end as unit,
        sum(amount) as line_amount,
        sum(quantity) as line_quantity
    from {{ ref('int_budget_lines_prepared') }}
    group by version_id, line_key
),

-- Only what delivery feeds count can be compared.
counted as (
    select * from line_totals
    where unit in ('click', 'impression_k', 'conversion') and line_quantity >= 0
),

final as (
    select
        allotments.version_id,
        allotments.date_day,
        allotments.department_id,
        allotments.channel,
        allotments.spend_category,
        counted.campaign_id,
        counted.unit,
        allotments.budget_amount,
        {{ from_units(divide_half_even(
            as_units('allotments.budget_amount', 2) ~ ' * ' ~ as_units('counted.line_quantity', 6),
            as_units('counted.line_amount', 2)
        ), 6, 38) }} as budget_quantity
    from {{ ref('int_budget_allotments_daily') }} as allotments
    left join counted on allotments.version_id = counted.version_id and allotments.line_key = counted.line_key
)

select * from final
