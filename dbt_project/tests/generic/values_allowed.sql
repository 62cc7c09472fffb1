{# Values outside the stated lists. `allowed`: a list of {column, values}; one query for all of them. #}
{% test values_allowed(model, allowed) %}

{% for rule in allowed %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ rule.column }}' as column_name,
        cast({{ rule.column }} as varchar) as value_found,
        count(*) as row_count
    from {{ model }}
    where {{ rule.column }} is null or {{ rule.column }} not in ('{{ rule['values'] | join("', '") }}')
    group by {{ rule.column }}
{% endfor %}

{% endtest %}
