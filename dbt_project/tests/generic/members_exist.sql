{# Values that a dimension does not hold. `references`: a list of {columns, model, fields}, asked in one query. #}
{% test members_exist(model, references) %}

{% for reference in references %}
    {% if not loop.first %}union all{% endif %}
    select
        '{{ reference.model }}' as dimension,
        concat_ws(' / ', {{ reference.columns | join(', ') }}) as missing_member,
        count(*) as row_count
    from {{ model }} as facts
    where not exists (
        select 1 from {{ ref(reference.model) }} as members
        where
            {%- for column in reference.columns %}
                {% if not loop.first %}and {% endif %}members.{{ reference.fields[loop.index0] }} = facts.{{ column }}
            {%- endfor %}
    )
    group by {{ reference.columns | join(', ') }}
{% endfor %}

{% endtest %}
