{# Whether a contract's rate prices a billed line: in force, of its item, else the only item of its unit. #}
{% macro contract_rate_fits() -%}
    (rates.valid_from <= lines.price_day and (
        (lines.item_key = rates.item_key and coalesce(lines.unit = rates.unit, true))
        or (rates.is_only_item and lines.unit = rates.unit)
    ))
{%- endmacro %}
