{# Rank of a delivered version of a key; 1 counts: the later source_updated_at, then delivery, then record. #}
{% macro version_number(key) -%}
    row_number() over (
        partition by {{ key | join(', ') }}
        order by
            source_updated_at desc nulls last,
            delivery_no desc nulls last,
            source_row desc nulls last,
            source asc nulls last,
            source_file asc nulls last
    )
{%- endmacro %}
