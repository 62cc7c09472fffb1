{# One company setting of this run, as a scalar: {{ setting('home_currency') }}. #}
{% macro setting(name) -%}
    (select settings.{{ name }} from {{ run_input('company_settings') }} as settings)
{%- endmacro %}


{# The run's date: nothing later is read, nothing is compared with today's clock. #}
{% macro as_of() -%}
    {{ setting('as_of') }}
{%- endmacro %}


{# The days of an entity whose landed content changed since the last successful build, as a subquery. #}
{% macro changed_days(entity) -%}
    (
        select changed.date_day
        from {{ run_input('changed_days') }} as changed
        where changed.entity = '{{ entity }}'
    )
{%- endmacro %}


{# Filter of a dated entity's landed rows: days up to the run's date and, on an incremental build, changed days only. #}
{% macro in_landed_window(entity) -%}
    day <= {{ as_of() }}
    {%- if is_incremental() %}
        and day in {{ changed_days(entity) }}
    {%- endif %}
{%- endmacro %}


{# Pre-hook: takes the changed days out before they are appended again; a day that became empty stays out. #}
{% macro delete_changed_days(entity, day_column='date_day') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ day_column }} in {{ changed_days(entity) }} or {{ day_column }} > {{ as_of() }}
    {%- endif -%}
{%- endmacro %}


{# The earliest changed day of several entities, as a scalar; NULL when nothing changed. #}
{% macro earliest_changed_day(entities) -%}
    (
        select min(changed.date_day)
        from {{ run_input('changed_days') }} as changed
        where changed.entity in ('{{ entities | join("', '") }}')
    )
{%- endmacro %}


{# Pre-hook for models that carry history forward: takes out everything from the earliest changed day on. #}
{% macro replace_from(entities, day_column='date_day', days_before=0) -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            {{ day_column }} >= {{ earliest_changed_day(entities) }} - {{ days_before }}
            or {{ day_column }} > {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
