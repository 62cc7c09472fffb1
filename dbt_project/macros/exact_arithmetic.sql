{# Half-even rounding of a DECIMAL, exact: `expression` is a DECIMAL with at most `from_scale` decimals. #}
{% macro round_half_even(expression, scale=2) -%}
    {{ return(adapter.dispatch('round_half_even', 'outlay')(expression, scale)) }}
{%- endmacro %}

{# round() on a DECIMAL goes away from zero; where it moved by exactly half a unit onto an odd digit, step back. #}
{% macro duckdb__round_half_even(expression, scale) -%}
    {%- set unit = '1' if scale == 0 else '0.' ~ '0' * (scale - 1) ~ '1' -%}
    {%- set half = '0.' ~ '0' * scale ~ '5' -%}
    (case
        when abs(round({{ expression }}, {{ scale }}) - ({{ expression }})) = {{ half }}
            and cast(round({{ expression }}, {{ scale }}) * {{ 10 ** scale }} as hugeint) % 2 <> 0
            then round({{ expression }}, {{ scale }}) - sign({{ expression }}) * {{ unit }}
        else round({{ expression }}, {{ scale }})
    end)
{%- endmacro %}

{% macro spark__round_half_even(expression, scale) -%}
    bround({{ expression }}, {{ scale }})
{%- endmacro %}


{# A DECIMAL as a whole number of units of 10^-scale, wide enough for the product of two such numbers. #}
{% macro as_units(expression, scale=2) -%}
    {{ return(adapter.dispatch('as_units', 'outlay')(expression, scale)) }}
{%- endmacro %}

{% macro duckdb__as_units(expression, scale) -%}
    cast(cast({{ expression }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as hugeint)
{%- endmacro %}

{% macro spark__as_units(expression, scale) -%}
    cast(cast({{ expression }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as decimal(38, 0))
{%- endmacro %}


{# Whole units of 10^-scale back to a DECIMAL. #}
{% macro from_units(expression, scale=2, precision=18) -%}
    cast(
        cast({{ expression }} as decimal({{ precision }}, 0)) * {{ '0.' ~ '0' * (scale - 1) ~ '1' }}
        as decimal({{ precision }}, {{ scale }})
    )
{%- endmacro %}


{# Whole number divided by whole number, rounded half-even to a whole number; NULL when the divisor is 0. #}
{% macro divide_half_even(numerator, divisor) -%}
    {{ return(adapter.dispatch('divide_half_even', 'outlay')(numerator, divisor)) }}
{%- endmacro %}

{# `//` truncates: step away from zero past the half, and on the half when the quotient is odd. #}
{% macro duckdb__divide_half_even(numerator, divisor) -%}
    (({{ numerator }}) // ({{ divisor }}) + case
        when
            2 * abs(({{ numerator }}) % ({{ divisor }})) > abs({{ divisor }})
            or (
                2 * abs(({{ numerator }}) % ({{ divisor }})) = abs({{ divisor }})
                and (({{ numerator }}) // ({{ divisor }})) % 2 <> 0
            )
            then sign({{ numerator }}) * sign({{ divisor }})
        else 0
    end)
{%- endmacro %}

{% macro spark__divide_half_even(numerator, divisor) -%}
    bround(cast({{ numerator }} as decimal(38, 6)) / nullif({{ divisor }}, 0), 0)
{%- endmacro %}


{# A ratio of two DECIMALs as DECIMAL(18,6); NULL when the divisor is 0. Both have at most `scale` decimals. #}
{% macro ratio(numerator, divisor, scale=2) -%}
    {%- set units = as_units(numerator, scale) ~ ' * 1000000' -%}
    {{ from_units(divide_half_even(units, 'nullif(' ~ as_units(divisor, scale) ~ ', 0)'), 6) }}
{%- endmacro %}


{# The part of a whole that falls on step `position` of `steps` equal steps, by cumulative rounding: parts sum to the whole exactly. #}
{% macro even_part(units, position, steps) -%}
    {%- set until_here = divide_half_even(units ~ ' * (' ~ position ~ ')', steps) -%}
    {%- set until_before = divide_half_even(units ~ ' * (' ~ position ~ ' - 1)', steps) -%}
    ({{ until_here }} - {{ until_before }})
{%- endmacro %}


{# The step in which an amount of 4 decimals is divided: whole cents where it is whole cents, else its last decimal. #}
{% macro cent_step(amount) -%}
    (case when {{ as_units(amount, 4) }} % 100 = 0 then 100 else 1 end)
{%- endmacro %}
