{{ config(materialized='view') }}

with

measured as (
    select vendor_id, 'cost_effectiveness' as metric, cost_effectiveness as measure
    from {{ ref('int_vendor_returns_measured') }}
    union all
    select vendor_id, 'credit_recovery' as metric, credit_recovery as measure
    from {{ ref('int_vendor_credits_measured') }}
    {% for metric in ['price_adherence', 'invoice_accuracy', 'billing_timeliness'] %}
        union all
        select vendor_id, '{{ metric }}' as metric, {{ metric }} as measure
        from {{ ref('int_vendor_documents_measured') }}
    {% endfor %}
    {% for metric in ['delivery_vs_plan', 'reconciliation', 'terms_and_risk'] %}
        union all
        select vendor_id, '{{ metric }}' as metric, {{ metric }} as measure
        from {{ ref('int_vendor_terms_measured') }}
    {% endfor %}
),

-- Weight, and the values that score 100 and 0.
scale as (
    select
        listed.metric,
        listed.weight,
        cast(listed.target as decimal(18, 6)) as target,
        cast(listed.floor_value as decimal(18, 6)) as floor_value
    from (
        values
        ('cost_effectiveness', 30, 0.8, 1.5),
        ('price_adherence', 15, 1.0, 0.95),
        ('invoice_accuracy', 15, 0.98, 0.8),
        ('delivery_vs_plan', 10, 0.98, 0.8),
        ('billing_timeliness', 10, 10, 60),
        ('reconciliation', 10, 0.995, 0.95),
        ('credit_recovery', 5, 1.0, 0.5),
        ('terms_and_risk', 5, 1.0, 0.0)
    ) as listed (metric, weight, target, floor_value)
),

final as (
    select
        measured.vendor_id,
        measured.metric,
        measured.measure,
        scale.weight,
        cast(greatest(0, least(100, {{ ratio(
            '((measured.measure - scale.floor_value) * 100)', '(scale.target - scale.floor_value)', 6
        ) }})) as decimal(18, 6)) as points
    from measured
    inner join scale on measured.metric = scale.metric
    where measured.measure is not null
)

select * from final
