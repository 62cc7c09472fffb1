{# What a line of a vendor's bill is in the bridge from delivery to ledger. #}
{% macro bill_line_class(line_kind, amount) -%}
    (case
        when coalesce({{ line_kind }}, 'media') = 'media' then 'media'
        when {{ line_kind }} in ('overdelivery_credit', 'invalid_activity_credit', 'platform_credit', 'credit')
            then 'platform_credit'
        when {{ line_kind }} = 'adjustment'
            then case when {{ amount }} <= 0 then 'platform_credit' else 'platform_internal' end
        when {{ line_kind }} in ('tax', 'vat') then 'tax'
        else 'fee'
    end)
{%- endmacro %}


{# Half a cent a line, at least a cent: what rounding may leave between two documents. #}
{% macro rounding_tolerance(line_count) -%}
    greatest(0.01, 0.005 * {{ line_count }})
{%- endmacro %}


{# Days after the service month in which a bill or posting that is not there is late; after them it is missing. #}
{% macro days_to_wait_for_documents() -%}
    75
{%- endmacro %}


{# The last day of the calendar month of a month's first day. #}
{% macro month_end(month) -%}
    {{ add_days("cast(" ~ month ~ " + interval '1' month as date)", -1) }}
{%- endmacro %}


{#
An amount of at most 4 decimals at the rate of its vendor's month, to the cent. `rates` is a joined
int_reconciliation_rates.
#}
{% macro at_delivery_rate(amount, rates) -%}
    {{ from_units(divide_half_even(
        as_units(amount, 4) ~ ' * ' ~ as_units(rates ~ '.rate_home', 4), as_units(rates ~ '.rate_doc', 4) ~ ' * 100'
    )) }}
{%- endmacro %}


{# The other way round: a home amount in the currency of the rate. #}
{% macro from_delivery_rate(amount, rates) -%}
    {{ from_units(divide_half_even(
        as_units(amount, 4) ~ ' * ' ~ as_units(rates ~ '.rate_doc', 4), as_units(rates ~ '.rate_home', 4)
    ), 4) }}
{%- endmacro %}


{# The value beside the largest amount of a group; of several, the last in order of text. #}
{% macro value_of_largest(value, amount) -%}
    {{ return(adapter.dispatch('value_of_largest', 'outlay')(value, amount)) }}
{%- endmacro %}

{% macro duckdb__value_of_largest(value, amount) -%}
    max_by({{ value }}, row({{ amount }}, {{ value }}))
{%- endmacro %}

{% macro spark__value_of_largest(value, amount) -%}
    max_by({{ value }}, struct({{ amount }}, {{ value }}))
{%- endmacro %}
