{# From which variance on a row wants an explanation: this amount in home currency AND this share of the budget. #}
{% macro flux_amount() -%}
    {{ return(var('flux_amount', 5000)) }}
{%- endmacro %}

{% macro flux_pct() -%}
    {{ return(var('flux_pct', 0.10)) }}
{%- endmacro %}


{# Differences from plan below this amount in home currency raise no alert, whatever their share. #}
{% macro pacing_floor() -%}
    {{ return(var('pacing_floor', 50)) }}
{%- endmacro %}
