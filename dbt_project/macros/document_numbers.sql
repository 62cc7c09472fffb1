{# Every match of a pattern replaced; `\1` stands for a group in either engine. #}
{% macro replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('replace_all', 'outlay')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement | replace("\\", "$") }}')
{%- endmacro %}


{# A number in capitals, letters and digits alone; NULL where nothing is left. #}
{% macro plain_text(expression) -%}
    nullif({{ replace_all('upper(' ~ expression ~ ')', '[^A-Z0-9]', '') }}, '')
{%- endmacro %}


{# The same where it tells one from others; NULL for what forms are filled with when nobody knows. #}
{% macro telling_text(expression) -%}
    {%- set plain = plain_text(expression) -%}
    (case
        when {{ plain }} not in ('NA', 'NONE', 'NULL', 'NIL', 'NO', 'UNKNOWN', 'TBD', 'TBC', 'PENDING', 'MISSING', 'X')
            and length(replace({{ plain }}, substr({{ plain }}, 1, 1), '')) > 0
            then {{ plain }}
    end)
{%- endmacro %}


{# The same without the zeros that lead a run of digits. #}
{% macro normalised_number(expression) -%}
    {{ replace_all(plain_text(expression), '(^|[A-Z])0+([0-9])', '\\1\\2') }}
{%- endmacro %}


{# Whether two texts differ by two neighbours that changed places. #}
{% macro neighbours_swapped(one, other) -%}
    {{ return(adapter.dispatch('neighbours_swapped', 'outlay')(one, other)) }}
{%- endmacro %}

{% macro duckdb__neighbours_swapped(one, other) -%}
    (length({{ one }}) = length({{ other }}) and levenshtein({{ one }}, {{ other }}) = 2
    and damerau_levenshtein({{ one }}, {{ other }}) = 1)
{%- endmacro %}

{% macro spark__neighbours_swapped(one, other) -%}
    (length({{ one }}) = length({{ other }}) and levenshtein({{ one }}, {{ other }}) = 2 and exists(
        sequence(1, length({{ one }}) - 1),
        i -> concat(
            substr({{ one }}, 1, i - 1), substr({{ one }}, i + 1, 1), substr({{ one }}, i, 1), substr({{ one }}, i + 2)
        ) = {{ other }}
    ))
{%- endmacro %}


{# Whether two normalised numbers of three characters or more are one step apart: a character, or two that changed places. #}
{% macro numbers_alike(one, other) -%}
    (least(length({{ one }}), length({{ other }})) >= 3 and (
        levenshtein({{ one }}, {{ other }}) <= 1 or {{ neighbours_swapped(one, other) }}
    ))
{%- endmacro %}
