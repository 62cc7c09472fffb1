{{ config(materialized='view') }}

-- Price, volume and mix over the items that both sides hold; what only one side holds is new or dropped; the rest has
-- no unit. With Q in units, B and A in cents, and E what the actual quantities would have cost at the budget's prices:
-- volume = B Q_a / Q_b - B, mix = E - B Q_a / Q_b, price = A - E.
with

items as (
    select
        *,
        unit is not null and unit <> '(new)' and budget_quantity > 0 and actual_quantity > 0 as is_matched
    from {{ ref('int_variance_items_summed') }}
),

matched as (
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        unit,
        sum(budget_amount) as budget_amount,
        sum(budget_quantity) as budget_quantity,
        sum(actual_amount) as actual_amount,
        sum(actual_quantity) as actual_quantity,
        -- In ten-thousandths of a cent; rounded once, as a sum.
        sum({{ divide_half_even(
            as_units('actual_quantity', 6) ~ ' * ' ~ as_units('budget_amount', 2) ~ ' * 10000',
            as_units('budget_quantity', 6)
        ) }}) as expected_units
    from items
    where is_matched
    group by period_id, version_id, department_id, channel, basis, unit
),

measured as (
    select
        *,
        {{ from_units(divide_half_even(
            as_units('actual_quantity', 6) ~ ' * ' ~ as_units('budget_amount', 2), as_units('budget_quantity', 6)
        )) }} as scaled_amount,
        {{ from_units(divide_half_even('expected_units', '10000')) }} as expected_amount
    from matched
),

listed as (
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        'volume' as driver,
        scaled_amount - budget_amount as amount
    from measured
    union all
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        'mix' as driver,
        expected_amount - scaled_amount as amount
    from measured
    union all
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        'price' as driver,
        actual_amount - expected_amount as amount
    from measured
    union all
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        'new' as driver,
        actual_amount as amount
    from items
    where not is_matched and (unit = '(new)' or (unit is not null and actual_quantity > 0))
    union all
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        'dropped' as driver,
        -budget_amount as amount
    from items
    where not is_matched and unit is not null and unit <> '(new)' and budget_quantity > 0
    union all
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        'non_unit' as driver,
        case when unit is null or (unit <> '(new)' and actual_quantity <= 0) then actual_amount else 0 end
        - case when unit is null or unit = '(new)' or budget_quantity <= 0 then budget_amount else 0 end as amount
    from items
    where not is_matched
)

select * from listed
