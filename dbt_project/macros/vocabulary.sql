{# Kinds of invoice lines that bill delivery itself; fees and taxes are not among them. #}
{% macro delivery_line_kinds() -%}
    ('media', 'overdelivery_credit', 'invalid_activity_credit', 'adjustment', 'platform_credit', 'credit')
{%- endmacro %}


{# States of a document that bind nobody. #}
{% macro dead_document_statuses() -%}
    ('draft', 'void', 'voided', 'cancelled', 'canceled', 'replaced', 'rejected', 'deleted')
{%- endmacro %}
