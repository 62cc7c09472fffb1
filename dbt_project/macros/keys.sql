{# Rows whose key is not complete, or not alone. #}
{% macro keys_broken(relation, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ relation }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
        or {{ column }} is null
    {%- endfor %}
{% endmacro %}
