{# Seconds since 1970-01-01 UTC of a UTC timestamp, as BIGINT. Differences below a day are taken between these. #}
{% macro epoch_seconds(expression) -%}
    {{ return(adapter.dispatch('epoch_seconds', 'outlay')(expression)) }}
{%- endmacro %}

{% macro duckdb__epoch_seconds(expression) -%}
    cast(floor(epoch({{ expression }})) as bigint)
{%- endmacro %}

{% macro spark__epoch_seconds(expression) -%}
    unix_timestamp({{ expression }})
{%- endmacro %}


{# One row a day in `date_day`, both ends included. Ends are expressions of type DATE. #}
{% macro date_spine(start_date, end_date) -%}
    {{ return(adapter.dispatch('date_spine', 'outlay')(start_date, end_date)) }}
{%- endmacro %}

{% macro duckdb__date_spine(start_date, end_date) -%}
    (
        select cast(spine.generate_series as date) as date_day
        from generate_series({{ start_date }}, {{ end_date }}, interval 1 day) as spine
    )
{%- endmacro %}

{% macro spark__date_spine(start_date, end_date) -%}
    (select explode(sequence({{ start_date }}, {{ end_date }}, interval 1 day)) as date_day)
{%- endmacro %}


{# Whole days from one DATE to a later one. #}
{% macro days_between(start_date, end_date) -%}
    {{ return(adapter.dispatch('days_between', 'outlay')(start_date, end_date)) }}
{%- endmacro %}

{% macro duckdb__days_between(start_date, end_date) -%}
    (({{ end_date }}) - ({{ start_date }}))
{%- endmacro %}

{% macro spark__days_between(start_date, end_date) -%}
    datediff({{ end_date }}, {{ start_date }})
{%- endmacro %}


{# A DATE some whole days later. #}
{% macro add_days(date_day, days) -%}
    {{ return(adapter.dispatch('add_days', 'outlay')(date_day, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(date_day, days) -%}
    cast(({{ date_day }}) + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(date_day, days) -%}
    date_add({{ date_day }}, {{ days }})
{%- endmacro %}


{# First day of the calendar month of a DATE. #}
{% macro month_start(date_day) -%}
    cast(date_trunc('month', {{ date_day }}) as date)
{%- endmacro %}


{# A calendar month as text that sorts by time: 2026-01. #}
{% macro month_id(date_day) -%}
    left(cast({{ date_day }} as varchar(10)), 7)
{%- endmacro %}


{# Day of the ISO week: Monday 1 to Sunday 7. #}
{% macro iso_weekday(date_day) -%}
    {{ return(adapter.dispatch('iso_weekday', 'outlay')(date_day)) }}
{%- endmacro %}

{% macro duckdb__iso_weekday(date_day) -%}
    cast(isodow({{ date_day }}) as integer)
{%- endmacro %}

{% macro spark__iso_weekday(date_day) -%}
    cast(weekday({{ date_day }}) + 1 as integer)
{%- endmacro %}


{# Texts of a group joined in a stated order. #}
{% macro joined_text(expression, separator, order_by) -%}
    {{ return(adapter.dispatch('joined_text', 'outlay')(expression, separator, order_by)) }}
{%- endmacro %}

{% macro duckdb__joined_text(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__joined_text(expression, separator, order_by) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}


{# Whether a text matches a rule's pattern: patterns are lower case, `!` escapes, a NULL pattern accepts anything. #}
{% macro matches(expression, pattern) -%}
    ({{ pattern }} is null or coalesce(lower({{ expression }}) like {{ pattern }} escape '!', false))
{%- endmacro %}


{# The items of a list cell (separated by |), one row each: `cross join {{ list_items(x, 'items', 'item') }}`. #}
{% macro list_items(expression, alias, column) -%}
    {{ return(adapter.dispatch('list_items', 'outlay')(expression, alias, column)) }}
{%- endmacro %}

{% macro duckdb__list_items(expression, alias, column) -%}
    unnest(string_split({{ expression }}, '|')) as {{ alias }} ({{ column }})
{%- endmacro %}

{% macro spark__list_items(expression, alias, column) -%}
    lateral explode(split({{ expression }}, '[|]')) as {{ alias }} ({{ column }})
{%- endmacro %}


{# In a select list: one row a day from one DATE to another, both included; none where the end lies before. #}
{% macro each_day(start_date, end_date) -%}
    {{ return(adapter.dispatch('each_day', 'outlay')(start_date, end_date)) }}
{%- endmacro %}

{% macro duckdb__each_day(start_date, end_date) -%}
    cast(unnest(generate_series({{ start_date }}, {{ end_date }}, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__each_day(start_date, end_date) -%}
    explode(if({{ start_date }} <= {{ end_date }}, sequence({{ start_date }}, {{ end_date }}), array()))
{%- endmacro %}


{# Monday 1 to Sunday 7 of a weekday written as its ISO number or its English name; NULL for anything else. #}
{% macro weekday_number(expression) -%}
    (case
        when left(lower(trim({{ expression }})), 3) in ('1', 'mon') then 1
        when left(lower(trim({{ expression }})), 3) in ('2', 'tue') then 2
        when left(lower(trim({{ expression }})), 3) in ('3', 'wed') then 3
        when left(lower(trim({{ expression }})), 3) in ('4', 'thu') then 4
        when left(lower(trim({{ expression }})), 3) in ('5', 'fri') then 5
        when left(lower(trim({{ expression }})), 3) in ('6', 'sat') then 6
        when left(lower(trim({{ expression }})), 3) in ('7', 'sun') then 7
    end)
{%- endmacro %}


{# Every column of a relation but some: `select {{ all_but(['a', 'b'], 'orders') }}`. #}
{% macro all_but(columns, relation=none) -%}
    {{ return(adapter.dispatch('all_but', 'outlay')(columns, relation)) }}
{%- endmacro %}

{% macro duckdb__all_but(columns, relation) -%}
    {{ relation ~ '.' if relation }}* exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__all_but(columns, relation) -%}
    {{ relation ~ '.' if relation }}* except ({{ columns | join(', ') }})
{%- endmacro %}


{# Behind the `as` of a common table expression that is computed wherever it is used, with the conditions there. #}
{% macro not_materialized() -%}
    {{ return(adapter.dispatch('not_materialized', 'outlay')()) }}
{%- endmacro %}

{% macro duckdb__not_materialized() -%}
    not materialized
{%- endmacro %}

{% macro spark__not_materialized() -%}
{%- endmacro %}
