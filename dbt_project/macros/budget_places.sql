{#
The budget cells that may hold a cost, narrowest first; a channel's own line goes before a category's. The last place is
a cell of its own.
#}
{% macro budget_places() -%}
    (
        select listed.*
        from (
            values
            (1, true, true, true, true),
            (2, true, true, false, true),
            (3, true, false, true, true),
            (4, true, false, false, true),
            (5, false, true, true, true),
            (6, false, true, false, true),
            (7, false, false, true, true),
            (8, false, false, false, true),
            (9, true, true, true, false)
        ) as listed (rank, by_department, by_channel, by_category, is_budgeted)
    )
{%- endmacro %}
