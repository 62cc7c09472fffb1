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


{# The exact product of two DECIMALs; `scale`: decimals of the first, at most. #}
{% macro product(factor, scale, other) -%}
    {{ return(adapter.dispatch('product', 'outlay')(factor, scale, other)) }}
{%- endmacro %}

{# DuckDB keeps a product of 64-bit DECIMALs in 64 bits: with 16 decimals, it breaks the run above 99. #}
{% macro duckdb__product(factor, scale, other) -%}
    (cast({{ factor }} as decimal(38, {{ scale }})) * ({{ other }}))
{%- endmacro %}

{% macro spark__product(factor, scale, other) -%}
    (({{ factor }}) * ({{ other }}))
{%- endmacro %}


{# The type of whole numbers that are wide enough for products of amounts. #}
{% macro wide_integer() -%}
    {{ return(adapter.dispatch('wide_integer', 'outlay')()) }}
{%- endmacro %}

{% macro duckdb__wide_integer() -%}
    hugeint
{%- endmacro %}

{% macro spark__wide_integer() -%}
    decimal(38, 0)
{%- endmacro %}


{# Whole number divided by whole number, the fraction dropped. #}
{% macro whole_quotient(numerator, divisor) -%}
    {{ return(adapter.dispatch('whole_quotient', 'outlay')(numerator, divisor)) }}
{%- endmacro %}

{% macro duckdb__whole_quotient(numerator, divisor) -%}
    (({{ numerator }}) // ({{ divisor }}))
{%- endmacro %}

{% macro spark__whole_quotient(numerator, divisor) -%}
    (({{ numerator }}) div ({{ divisor }}))
{%- endmacro %}


{# A DECIMAL as a whole number of units of 10^-scale, wide enough for the product of two such numbers. #}
{% macro as_units(expression, scale=2) -%}
    {{ return(adapter.dispatch('as_units', 'outlay')(expression, scale)) }}
{%- endmacro %}

{#
What fits 18 digits is multiplied in 64 bits, with many decimals before and behind the point apart: DuckDB turns a 128-bit
DECIMAL into a whole number by a division bit by bit.
#}
{% macro duckdb__as_units(expression, scale) -%}
    {%- set unit = 10 ** scale -%}
    {%- set narrow = 'cast(' ~ expression ~ ' as decimal(18, ' ~ scale ~ '))' -%}
    (case
        {%- if scale <= 4 %}
        when abs({{ expression }}) < {{ 10 ** (18 - 2 * scale) }} then cast({{ narrow }} * {{ unit }} as bigint)
        {%- else %}
        when abs({{ expression }}) < {{ 10 ** (18 - scale) }}
            then
                cast(trunc({{ narrow }}) as bigint) * {{ unit }}
                + cast(({{ narrow }} - trunc({{ narrow }})) * {{ unit }} as bigint)
        {%- endif %}
        else cast(cast({{ expression }} as decimal(38, {{ scale }})) * {{ unit }} as hugeint)
    end)
{%- endmacro %}

{% macro spark__as_units(expression, scale) -%}
    cast(cast({{ expression }} as decimal(38, {{ scale }})) * {{ 10 ** scale }} as {{ wide_integer() }})
{%- endmacro %}


{# Whole units of 10^-scale back to a DECIMAL. #}
{% macro from_units(expression, scale=2, precision=18) -%}
    cast(
        cast({{ expression }} as decimal({{ precision }}, 0)) * {{ '0.' ~ '0' * (scale - 1) ~ '1' }}
        as decimal({{ precision }}, {{ scale }})
    )
{%- endmacro %}


{# Whole number divided by whole number, rounded half-even; NULL when the divisor is 0. #}
{% macro divide_half_even(numerator, divisor) -%}
    {{ return(adapter.dispatch('divide_half_even', 'outlay')(numerator, divisor)) }}
{%- endmacro %}

{% macro duckdb__divide_half_even(numerator, divisor) -%}
    {{ divide_by_positive_half_even(
        '(' ~ numerator ~ ') * sign(' ~ divisor ~ ')', 'abs(nullif(' ~ divisor ~ ', 0))'
    ) }}
{%- endmacro %}

{% macro spark__divide_half_even(numerator, divisor) -%}
    bround(cast({{ numerator }} as decimal(38, 6)) / nullif({{ divisor }}, 0), 0)
{%- endmacro %}


{# The same for divisors that are positive: fewer operations on wide numbers, where there are many rows. #}
{% macro divide_by_positive_half_even(numerator, divisor) -%}
    {{ return(adapter.dispatch('divide_by_positive_half_even', 'outlay')(numerator, divisor)) }}
{%- endmacro %}

{# (2n + d) / 2d rounded down is the half-up quotient; a remainder of 0 is a tie, which an odd quotient loses. #}
{% macro duckdb__divide_by_positive_half_even(numerator, divisor) -%}
    {%- set shifted = '(2 * (' ~ numerator ~ ') + (' ~ divisor ~ '))' -%}
    {%- set doubled = '(2 * (' ~ divisor ~ '))' -%}
    ({{ shifted }} // {{ doubled }} - case
        when {{ shifted }} % {{ doubled }} < 0 then 1
        when {{ shifted }} % {{ doubled }} = 0 and {{ shifted }} // {{ doubled }} % 2 <> 0 then 1
        else 0
    end)
{%- endmacro %}

{% macro spark__divide_by_positive_half_even(numerator, divisor) -%}
    {{ spark__divide_half_even(numerator, divisor) }}
{%- endmacro %}


{#
A ratio of two DECIMALs of at most `scale` decimals as DECIMAL(18,6); NULL when the divisor is 0, or so small beside the
numerator that the ratio has more digits than that.
#}
{% macro ratio(numerator, divisor, scale=2) -%}
    {{ ratio_of_units(as_units(numerator, scale), as_units(divisor, scale)) }}
{%- endmacro %}


{# The same of two whole numbers in one unit: where several ratios share their parts, these are made once. #}
{% macro ratio_of_units(numerator, divisor) -%}
    cast(
        try_cast({{ estimated_division(numerator ~ ' * 1000000', divisor) }} as decimal(18, 0)) * 0.000001
        as decimal(18, 6)
    )
{%- endmacro %}


{# divide_half_even for many rows: the same quotient, found without dividing wide numbers. #}
{% macro estimated_division(numerator, divisor) -%}
    {{ return(adapter.dispatch('estimated_division', 'outlay')(numerator, divisor)) }}
{%- endmacro %}

{#
DuckDB divides 128 bits bit by bit. A quotient below 10^9 that a DOUBLE estimates is off by less than a millionth: unless
it lies next to a half, it is rounded as it is. One below 10^14 is off by one at most, and what is left over, exact again,
says which way. A larger quotient is divided as ever.
#}
{% macro duckdb__estimated_division(numerator, divisor) -%}
    {%- set raw = '(cast(' ~ numerator ~ ' as double) / cast(' ~ divisor ~ ' as double))' -%}
    {%- set estimate = 'round' ~ raw -%}
    {%- set quotient = 'cast(' ~ estimate ~ ' as hugeint)' -%}
    {%- set size = 'abs(' ~ divisor ~ ')' -%}
    {%- set twice_left = '2 * (' ~ numerator ~ ' - ' ~ quotient ~ ' * (' ~ divisor ~ ')) * sign(' ~ divisor ~ ')' -%}
    (case
        when ({{ divisor }}) = 0 then null
        when abs({{ raw }}) < 1e9 and abs({{ raw }} - {{ estimate }}) < 0.49 then cast({{ estimate }} as bigint)
        when not abs({{ estimate }}) < 1e14 then {{ divide_half_even(numerator, divisor) }}
        when {{ twice_left }} > {{ size }} or ({{ twice_left }} = {{ size }} and {{ quotient }} % 2 <> 0)
            then {{ quotient }} + 1
        when {{ twice_left }} < -{{ size }} or ({{ twice_left }} = -{{ size }} and {{ quotient }} % 2 <> 0)
            then {{ quotient }} - 1
        else {{ quotient }}
    end)
{%- endmacro %}

{% macro spark__estimated_division(numerator, divisor) -%}
    {{ divide_half_even(numerator, divisor) }}
{%- endmacro %}


{#
The part of a whole that falls on steps `first` to `last` of `steps` equal steps, by cumulative rounding: parts sum to
the whole. `units` is a whole number; its product with `steps` stays within 64 bits.
#}
{% macro even_part(units, first, last, steps) -%}
    {%- set whole = 'cast(' ~ units ~ ' as bigint)' -%}
    ({{ divide_by_positive_half_even(whole ~ ' * (' ~ last ~ ')', steps) }}
    - {{ divide_by_positive_half_even(whole ~ ' * (' ~ first ~ ' - 1)', steps) }})
{%- endmacro %}


{# The step in which an amount of 4 decimals is divided: whole cents where it is whole cents, else its last decimal. #}
{% macro cent_step(amount) -%}
    (case when round({{ amount }}, 2) = {{ amount }} then 100 else 1 end)
{%- endmacro %}
