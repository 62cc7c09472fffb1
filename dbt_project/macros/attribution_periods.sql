{# The ISO week of a DATE, `2026-W05`: a week belongs to the year that holds its Thursday. #}
{% macro attribution_iso_week_id(date_day) -%}
    {%- set thursday = add_days(date_day, '4 - ' ~ iso_weekday(date_day)) -%}
    concat(
        cast(year({{ thursday }}) as varchar(4)),
        '-W',
        lpad(cast(cast(floor((dayofyear({{ thursday }}) - 1) / 7) as integer) + 1 as varchar(2)), 2, '0')
    )
{%- endmacro %}
