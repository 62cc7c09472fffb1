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
            {{ landed_files(entity) }},
            hive_partitioning = true,
            hive_types = {'source': VARCHAR, 'account': VARCHAR{{ day_type }}}
        )
    {%- endif -%}
{%- endmacro %}

{#
The files that an incremental build reads: those of the changed days, named one by one. Found by a pattern, they would be
picked from all days there ever were, which takes longer the longer the history is.
#}
{% macro landed_files(entity) -%}
    {%- set folder = landing_location() ~ '/typed/' ~ entity -%}
    {%- set everything = "'" ~ folder ~ "/**/*.parquet'" -%}
    {%- if not execute or entity not in dated_entities() or not is_incremental() -%}
        {{ return(everything) }}
    {%- endif -%}
    {%- set changed %}
        select distinct strftime(date_day, '%Y-%m-%d') as day from {{ run_input('changed_days') }}
        where entity = '{{ entity }}' order by day limit {{ days_named_one_by_one() + 1 }}
    {%- endset -%}
    {%- set days = run_query(changed).columns[0].values() -%}
    {%- if days | length > days_named_one_by_one() -%}
        {{ return(everything) }}
    {%- endif -%}
    {%- set patterns = [folder ~ '/source=_none/**/*.parquet'] -%}
    {%- for day in days -%}
        {%- do patterns.append(folder ~ '/source=*/account=*/day=' ~ day ~ '/*.parquet') -%}
    {%- endfor -%}
    {%- set files = run_query("select file from glob(['" ~ patterns | join("', '") ~ "']) order by file") -%}
    {{ return("['" ~ files.columns[0].values() | join("', '") ~ "']") }}
{%- endmacro %}

{% macro days_named_one_by_one() -%}
    {{ return(100) }}
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
