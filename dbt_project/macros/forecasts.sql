{# What runs have forecast: on an incremental build that of this run, else what every run up to it has kept as well. #}
{% macro kept_forecasts() -%}
    {{ return(adapter.dispatch('kept_forecasts', 'outlay')()) }}
{%- endmacro %}

{% macro duckdb__kept_forecasts() -%}
    {%- set made = ref('int_forecasts_made') -%}
    {%- if made.is_cte or is_incremental() or not execute -%}
        {{ made }}
    {%- else -%}
        {%- set kept = "select file from glob('" ~ landing_location() ~ "/forecasts/*.parquet') order by file" -%}
        {%- set files = run_query(kept).columns[0].values() | list -%}
        (
            select * from {{ made }}
            {% if files %}
                union all by name
                select kept.* from read_parquet(['{{ files | join("', '") }}'], union_by_name = true) as kept
                where kept.as_of < {{ as_of() }}
            {% endif %}
        )
    {%- endif -%}
{%- endmacro %}

{% macro spark__kept_forecasts() -%}
    {{ ref('int_forecasts_made') }}
{%- endmacro %}


{# Pre-hook: takes out what an earlier run of the same day wrote. #}
{% macro delete_run_day(day_column) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ day_column }} = {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
