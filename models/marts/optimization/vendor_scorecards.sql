with

vendors as (
    select * from {{ ref('vendors') }}
    where vendor_id = surviving_vendor_id and not is_placeholder
),

scores as (
    select
        vendor_id,
        {% for metric in [
            'cost_effectiveness', 'price_adherence', 'invoice_accuracy', 'delivery_vs_plan', 'billing_timeliness',
            'reconciliation', 'credit_recovery', 'terms_and_risk',
        ] %}
            max(case when metric = '{{ metric }}' then measure end) as {{ metric }},
            max(case when metric = '{{ metric }}' then points end) as {{ metric }}_score
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ ref('int_vendor_metrics_scored') }}
    group by vendor_id
),

documents as (
    select * from {{ ref('int_vendor_documents_measured') }}
),

claims as (
    select
        vendor_id,
        count(*) as claim_count,
        sum(case when counts_as_saving then claimable_amount else 0 end) as leakage_amount,
        sum(case when detector = 'unused_credit' then claimable_amount else 0 end) as open_credit_amount
    from {{ ref('savings_opportunities') }}
    group by vendor_id
),

joined as (
    select
        vendors.vendor_id,
        vendors.name,
        {{ all_but(['vendor_id'], 'scores') }},
        coalesce(documents.invoice_count, 0) as invoice_count,
        coalesce(documents.month_count, 0) as month_count,
        coalesce(claims.claim_count, 0) as claim_count,
        coalesce(claims.leakage_amount, 0) as leakage_amount,
        coalesce(claims.open_credit_amount, 0) as open_credit_amount,
        graded.weighted_score,
        graded.covered_weight,
        coalesce(graded.grade, 'not rated') as grade
    from vendors
    left join scores on vendors.vendor_id = scores.vendor_id
    left join {{ ref('int_vendors_graded') }} as graded on vendors.vendor_id = graded.vendor_id
    left join documents on vendors.vendor_id = documents.vendor_id
    left join claims on vendors.vendor_id = claims.vendor_id
),

final as (
    select
        vendor_id,
        name,
        {% for metric in [
            'cost_effectiveness', 'price_adherence', 'invoice_accuracy', 'delivery_vs_plan', 'billing_timeliness',
            'reconciliation', 'credit_recovery', 'terms_and_risk',
        ] %}
            cast({{ metric }} as decimal(18, 6)) as {{ metric }},
            cast({{ round_half_even(metric ~ '_score') }} as decimal(9, 2)) as {{ metric }}_score,
        {% endfor %}
        nullif(concat_ws(
            ', '
        {%- for metric in [
            'cost_effectiveness', 'price_adherence', 'invoice_accuracy', 'delivery_vs_plan', 'billing_timeliness',
            'reconciliation', 'credit_recovery', 'terms_and_risk',
        ] -%}
                , case when {{ metric }} is null then '{{ metric }}' end
            {%- endfor -%}
        ), '') as metrics_without_data,
        cast({{ round_half_even('weighted_score') }} as decimal(9, 2)) as score,
        grade,
        case when weighted_score is null then 'fewer than 5 invoices and 3 service months in the window' end
            as score_reason,
        cast(coalesce(covered_weight, 0) / 100.0 as decimal(9, 6)) as coverage,
        cast(invoice_count as bigint) as invoice_count,
        cast(month_count as bigint) as month_count,
        cast(claim_count as bigint) as claim_count,
        cast(leakage_amount as decimal(18, 2)) as leakage_amount,
        cast(open_credit_amount as decimal(18, 2)) as open_credit_amount
    from joined
)

select * from final
order by vendor_id
