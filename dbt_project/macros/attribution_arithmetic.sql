{# Microseconds since 1970-01-01 of a UTC timestamp, as BIGINT: windows and ages are exact to what the source delivers. #}
{% macro attribution_epoch_micros(expression) -%}
    {{ return(adapter.dispatch('attribution_epoch_micros', 'outlay')(expression)) }}
{%- endmacro %}

{% macro duckdb__attribution_epoch_micros(expression) -%}
    epoch_us({{ expression }})
{%- endmacro %}

{% macro spark__attribution_epoch_micros(expression) -%}
    unix_micros({{ expression }})
{%- endmacro %}


{# Whether a channel is the direct one. #}
{% macro attribution_is_direct(channel) -%}
    lower({{ channel }}) in ('direct', '(direct)')
{%- endmacro %}


{# The earliest day whose touches can count for a conversion of the earliest changed day: the longer window, and a day for the time zone. #}
{% macro attribution_first_touch_day() -%}
    (
        select
            {{ add_days(
                earliest_changed_day(['touchpoints', 'conversions']),
                '-1 - greatest(settings.click_window_days, settings.view_window_days)'
            ) }}
        from {{ run_input('company_settings') }} as settings
    )
{%- endmacro %}


{#
    Largest remainder, in two steps that a model takes in two CTEs. Whole units (cents, billionths of a share) are divided in
    the proportion of `weight` to `total_weight`; a negative amount mirrors the positive one.
    1. the quota of each part, in millionths of a unit: one rounding a row, whole numbers from there on, so that neither the
       order of rows nor the number of threads can move a cent. Of an amount of ten thousand million and more, thousandths:
       its millionths are more than 64 bits hold, and than the quotient of a DOUBLE tells;
    2. the part: its whole units, and one more while units are left over, the largest rest first, then the earlier touch.
#}
{% macro attribution_quota(units) -%}
    cast(round(cast({{ attribution_steps(units) }} as double) * abs({{ units }}) * (weight / total_weight)) as bigint)
{%- endmacro %}

{% macro attribution_part(units, quota, whole) -%}
    {%- set rest = quota ~ ' % ' ~ attribution_steps(units) -%}
    sign({{ units }}) * (
        {{ attribution_whole_units(units, quota) }}
        + case
            when
                row_number() over (
                    partition by {{ whole }} order by {{ rest }} desc, touch_number asc
                ) <= abs({{ units }}) - sum({{ attribution_whole_units(units, quota) }}) over (partition by {{ whole }})
                then 1
            else 0
        end
    )
{%- endmacro %}

{% macro attribution_whole_units(units, quota) -%}
    {%- set steps = attribution_steps(units) -%}
    cast(({{ quota }} - {{ quota }} % {{ steps }}) / {{ steps }} as bigint)
{%- endmacro %}

{# In how many parts a unit is counted: the same for all parts of an amount. #}
{% macro attribution_steps(units) -%}
    case when abs({{ units }}) < 1000000000000 then 1000000 else 1000 end
{%- endmacro %}
