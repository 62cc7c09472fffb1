{#
What earlier versions allotted to the days before each version takes over, by line key: version after version. `taken`: a
relation with units that a version takes over beside that.
#}
{% macro budget_carries(taken=none) -%}
with recursive

-- What each version's weights let run until the next one takes over.
totals as (
    select
        fiscal_year,
        version_no,
        line_key,
        max({{ as_units('line_amount', 2) }}) as line_units,
        max(total_weight) as total_weight,
        coalesce(sum(case when date_day < next_effective_from then day_weight end), 0) as weight_until_next
    from {{ ref('int_budget_days_totalled') }}
    group by fiscal_year, version_no, line_key
),

keys as (
    select distinct fiscal_year, line_key
    from totals
),

steps as (
    select
        versions.fiscal_year,
        versions.version_no,
        versions.next_effective_from is not null as is_followed,
        keys.line_key,
        totals.line_units,
        totals.total_weight,
        totals.weight_until_next,
        {{ 'coalesce(taken.units, 0)' if taken else 0 }} as taken_units
    from {{ ref('int_budget_versions_ordered') }} as versions
    inner join keys on versions.fiscal_year = keys.fiscal_year
    left join totals
        on
            keys.fiscal_year = totals.fiscal_year
            and keys.line_key = totals.line_key
            and versions.version_no = totals.version_no
    {%- if taken %}
    left join {{ taken }} as taken
        on
            keys.fiscal_year = taken.fiscal_year
            and keys.line_key = taken.line_key
            and versions.version_no + 1 = taken.version_no
    {%- endif %}
),

carried as (
    select
        fiscal_year,
        version_no,
        line_key,
        cast(0 as {{ wide_integer() }}) as earlier_units
    from steps
    where version_no = 1
    union all
    select
        carried.fiscal_year,
        steps.version_no + 1 as version_no,
        carried.line_key,
        cast(carried.earlier_units + steps.taken_units + coalesce({{ divide_half_even(
            '(steps.line_units - carried.earlier_units) * steps.weight_until_next', 'nullif(steps.total_weight, 0)'
        ) }}, 0) as {{ wide_integer() }}) as earlier_units
    from carried
    inner join steps
        on
            carried.fiscal_year = steps.fiscal_year
            and carried.version_no = steps.version_no
            and carried.line_key = steps.line_key
    where steps.is_followed
)

select * from carried
{%- endmacro %}
