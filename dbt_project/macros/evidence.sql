{# A JSON array of {"type", "id"} from pairs of a type and an expression; a pair whose id is NULL is left out. #}
{% macro evidence(pairs) -%}
    ('[' || concat_ws(', '
    {%- for type, expression in pairs %}, {{ evidence_item(type, expression) }}{% endfor -%}
    ) || ']')
{%- endmacro %}


{# One item of such an array; NULL where the id is. #}
{% macro evidence_item(type, expression) -%}
    '{"type": "{{ type }}", "id": "' || {{ json_text(expression) }} || '"}'
{%- endmacro %}


{# A text as it stands between the quotes of JSON. chr(92) is the backslash, which engines write differently. #}
{% macro json_text(expression) -%}
    replace(replace({{ expression }}, chr(92), chr(92) || chr(92)), '"', chr(92) || '"')
{%- endmacro %}


{# An amount as a text of two decimals and its currency. #}
{% macro money_text(amount, currency) -%}
    cast(cast({{ amount }} as decimal(18, 2)) as varchar) || ' ' || {{ currency }}
{%- endmacro %}


{# A decimal as a text without the zeros that only its type puts behind it. #}
{% macro number_text(number) -%}
    trim(trailing '.' from trim(trailing '0' from cast(cast({{ number }} as decimal(38, 8)) as varchar)))
{%- endmacro %}


{# A part of one as a text in percent. #}
{% macro percent_text(ratio) -%}
    {{ number_text('cast(' ~ ratio ~ ' * 100 as decimal(18, 2))') }} || ' %'
{%- endmacro %}
