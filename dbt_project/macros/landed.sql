{# Where the landing zone is: given with --vars at run time, so that one parsed manifest serves every company. #}
{% macro landing_location() -%}
    {{ return(var('landing', env_var('OUTLAY_LANDING', '../data/sample/landing'))) }}
{%- endmacro %}


{# Entities that land in one partition a day; the others are snapshots. #}
{% macro dated_entities() -%}
    {{ return(['platform_spend', 'ledger_entries', 'touchpoints', 'conversions', 'refunds', 'manual_spend']) }}
{%- endmacro %}


{# The landed rows of an entity. Read a dated entity with a filter on `day`: only the files of those days are opened. #}
{% macro landed(entity) -%}
    {{ return(adapter.dispatch('landed', 'outlay')(entity)) }}
{%- endmacro %}

{% macro duckdb__landed(entity) -%}
    {%- set relation = source('landing', entity) -%}
    {%- set day_type = ", 'day': DATE" if entity in dated_entities() else "" -%}
    {%- if relation.is_cte -%}
        {{ relation }}
    {%- else -%}
        read_parquet(
            '{{ landing_location() }}/typed/{{ entity }}/**/*.parquet',
            hive_partitioning = true,
            hive_types = {'source': VARCHAR, 'account': VARCHAR{{ day_type }}}
        )
    {%- endif -%}
{%- endmacro %}

{% macro spark__landed(entity) -%}
    {%- set relation = source('landing', entity) -%}
    {{ relation if relation.is_cte else 'parquet.`' ~ landing_location() ~ '/typed/' ~ entity ~ '`' }}
{%- endmacro %}


{# A small table that the run writes for SQL: settings, rules, calendar, changed days. #}
{% macro run_input(name) -%}
    {{ return(adapter.dispatch('run_input', 'outlay')(name)) }}
{%- endmacro %}

{% macro duckdb__run_input(name) -%}
    {%- set relation = source('run', name) -%}
    {%- if relation.is_cte -%}
        {{ relation }}
    {%- else -%}
        read_parquet('{{ landing_location() }}/run/{{ name }}.parquet')
    {%- endif -%}
{%- endmacro %}

{% macro spark__run_input(name) -%}
    {%- set relation = source('run', name) -%}
    {{ relation if relation.is_cte else 'parquet.`' ~ landing_location() ~ '/run/' ~ name ~ '.parquet`' }}
{%- endmacro %}
