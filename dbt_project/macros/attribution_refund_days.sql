{# The earliest day whose refunds or credits may differ: a changed day, or a refund of a conversion that is valued anew. #}
{% macro attribution_first_reversal_day() -%}
    (
        select min(days.date_day)
        from (
            select {{ earliest_changed_day(['refunds']) }} as date_day
            union all
            select {{ attribution_first_credit_day() }} as date_day
            union all
            select min(refunds.date_day) as date_day
            from {{ ref('int_refunds_valued') }} as refunds
            where refunds.converted_day >= {{ attribution_first_credit_day() }}
        ) as days
    )
{%- endmacro %}


{# Pre-hook: takes out the days that the model writes again. What it reads is named outside the condition, or dbt does not
   see it. #}
{% macro attribution_delete_reversals() -%}
    {%- set read = [ref('int_refunds_valued'), ref('stg_web__lift_tests')] -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where date_day >= {{ attribution_first_reversal_day() }} or date_day > {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
