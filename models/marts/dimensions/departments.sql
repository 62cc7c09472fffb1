with

delivered as (
    select * from {{ ref('stg_planning__departments') }}
),

named as (
    select department_id from {{ ref('int_campaigns_classified') }}
    union
    select department_id from {{ ref('int_postings_classified') }}
    union
    select department_id from {{ ref('int_budget_lines_prepared') }}
),

valid as (
    select
        department_id,
        name,
        parent_id,
        coalesce(valid_from, date '1900-01-01') as valid_from,
        coalesce(
            valid_to,
            {{ add_days('lead(valid_from) over (partition by department_id order by valid_from nulls first)', -1) }},
            date '9999-12-31'
        ) as valid_to,
        true as is_listed,
        false as is_placeholder
    from delivered
),

members as (
    select * from valid
    union all
    select
        named.department_id,
        named.department_id as name,
        null as parent_id,
        date '1900-01-01' as valid_from,
        date '9999-12-31' as valid_to,
        false as is_listed,
        false as is_placeholder
    from named
    left join delivered on named.department_id = delivered.department_id
    where delivered.department_id is null and named.department_id not in ('unmapped', 'unallocated')
    union all
    select
        listed.department_id,
        listed.name,
        null as parent_id,
        date '1900-01-01' as valid_from,
        date '9999-12-31' as valid_to,
        false as is_listed,
        true as is_placeholder
    from (
        values
        ('unmapped', 'Not mapped to a department'),
        ('unallocated', 'Budgeted without a department')
    ) as listed (department_id, name)
),

final as (
    select
        *,
        valid_from <= {{ as_of() }} and valid_to >= {{ as_of() }} as is_current
    from members
)

select * from final
order by department_id, valid_from
