{# Kinds of invoice lines that bill delivery itself; fees and taxes are not among them. #}
{% macro delivery_line_kinds() -%}
    ('media', 'overdelivery_credit', 'invalid_activity_credit', 'adjustment', 'platform_credit', 'credit')
{%- endmacro %}


{# States of a document that bind nobody. #}
{% macro dead_document_statuses() -%}
    ('draft', 'void', 'voided', 'cancelled', 'canceled', 'replaced', 'rejected', 'deleted')
{%- endmacro %}


{# States of an order that was asked for and not placed yet: reserved, and nobody is bound. #}
{% macro requisition_statuses() -%}
    ('requested', 'requisition', 'submitted', 'pending', 'awaiting', 'awaiting_approval')
{%- endmacro %}


{# States of an order under which nothing more will come. #}
{% macro ended_order_statuses() -%}
    ('closed', 'expired', 'completed', 'complete', 'done', 'billed', 'fully_billed', 'finished')
{%- endmacro %}


{# Classes of claims that lower cost: money that comes back, and money no longer spent. #}
{% macro saving_classes() -%}
    ('cash_recovery', 'run_rate')
{%- endmacro %}


{# How often a claim of a class is worth its amount. #}
{% macro claim_recurrence(class) -%}
    case {{ class }} when 'run_rate' then 'monthly' else 'one_off' end
{%- endmacro %}
