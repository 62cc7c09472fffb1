{% set cell = 'version_id, department_id, channel, spend_category' -%}
{% set key = cell ~ ', year_id, period_kind' -%}
{% set left_over -%}
    cast(case
        when not coalesce(is_followed, false) or policy_in_force = 0 then 0
        when policy_in_force = 1 then greatest(rest_amount + CARRIED, 0)
        else rest_amount + CARRIED
    end as decimal(18, 2))
{%- endset -%}

-- What is left of a period's budget is taken over into the next one of its kind: within a fiscal year, once the period
-- is over, into a period that has a line.
with recursive

linked as (
    select * from {{ ref('int_budget_carries_listed') }}
),

carried as (
    select
        {{ key }},
        quarter_id,
        period_id,
        step_no,
        cast(0 as decimal(18, 2)) as carried_in,
        {{ left_over | replace('CARRIED', '0') }} as carried_out
    from linked
    where not is_following
    union all
    select
        {% for name in key.split(', ') %}
            linked.{{ name }},
        {% endfor %}
        linked.quarter_id,
        linked.period_id,
        linked.step_no,
        carried.carried_out as carried_in,
        {{ left_over | replace('CARRIED', 'carried.carried_out') }} as carried_out
    from carried
    inner join linked
        on
            carried.step_no + 1 = linked.step_no
            {%- for name in key.split(', ') %}
                and carried.{{ name }} = linked.{{ name }}
            {%- endfor %}
    where linked.is_following
),

-- A quarter takes over what its first period does and hands on what its last one does; a year neither.
by_quarter as (
    select
        {{ cell }},
        quarter_id as period_id,
        min_by(carried_in, step_no) as carried_in,
        max_by(carried_out, step_no) as carried_out
    from carried
    where period_kind = 'period'
    group by {{ cell }}, quarter_id
),

stacked as (
    select
        {{ cell }},
        period_id,
        carried_in,
        carried_out
    from carried
    union all
    select
        {{ cell }},
        period_id,
        carried_in,
        carried_out
    from by_quarter
),

-- A budget of whole quarters may stand beside one of periods.
final as (
    select
        {{ cell }},
        period_id,
        cast(sum(carried_in) as decimal(18, 2)) as carried_in_amount,
        cast(sum(carried_out) as decimal(18, 2)) as carried_out_amount
    from stacked
    group by {{ cell }}, period_id
)

select * from final
