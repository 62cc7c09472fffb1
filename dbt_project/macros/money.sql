{#
An amount of at most 4 decimals in home currency to the cent; NULL where it needs a rate and none is known. `rates` is a
left-joined int_fx_rates_daily.
#}
{% macro home_amount(amount, currency, rates) -%}
    (case
        when {{ currency }} = {{ setting('home_currency') }} or {{ amount }} = 0
            then cast({{ round_half_even(amount, 2) }} as decimal(18, 2))
        else {{ from_units(divide_half_even(
            as_units(amount, 4) ~ ' * ' ~ as_units(rates ~ '.multiplier', 8),
            as_units(rates ~ '.divisor', 8) ~ ' * 100'
        ), 2) }}
    end)
{%- endmacro %}
