{# What runs have forecast: on an incremental build that of this run, else what every run up to it has kept as well. #}
{% macro kept_forecasts(name) -%}
    {{ return(adapter.dispatch('kept_forecasts', 'outlay')(name)) }}
{%- endmacro %}

{% macro duckdb__kept_forecasts(name) -%}
    {%- set relation = source('run', name) -%}
    {%- if relation.is_cte or is_incremental() or not execute -%}
        {{ run_input(name) }}
    {%- else -%}
        {%- set kept = "select file from glob('" ~ landing_location() ~ "/forecasts/" ~ name ~ "/*.parquet')" -%}
        {%- set files = run_query(kept ~ ' order by file').columns[0].values() | list -%}
        (
            select kept.*
            from read_parquet(
                ['{{ ([landing_location() ~ "/run/" ~ name ~ ".parquet"] + files) | join("', '") }}']
            ) as kept
            where kept.as_of <= {{ as_of() }}
        )
    {%- endif -%}
{%- endmacro %}

{% macro spark__kept_forecasts(name) -%}
    {{ run_input(name) }}
{%- endmacro %}


{# Pre-hook: takes out what an earlier run of the same day wrote. #}
{% macro delete_run_day(day_column) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ day_column }} = {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
