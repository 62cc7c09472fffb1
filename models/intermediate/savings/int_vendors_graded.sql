{{ config(materialized='view') }}

-- The metrics with data, weighed; from 5 bills or 3 service months on.
with

weighed as (
    select
        vendor_id,
        sum(weight) as covered_weight,
        sum(cast(weight * points as decimal(18, 6))) as weighted_points
    from {{ ref('int_vendor_metrics_scored') }}
    group by vendor_id
),

scored as (
    select
        weighed.vendor_id,
        weighed.covered_weight,
        case
            when documents.invoice_count >= 5 or documents.month_count >= 3 then
                {{ ratio('weighed.weighted_points', 'weighed.covered_weight', 6) }}
        end as weighted_score
    from weighed
    left join {{ ref('int_vendor_documents_measured') }} as documents on weighed.vendor_id = documents.vendor_id
),

final as (
    select
        *,
        case
            when weighted_score is null then 'not rated'
            when weighted_score >= 85 then 'A'
            when weighted_score >= 70 then 'B'
            when weighted_score >= 55 then 'C'
            else 'D'
        end as grade
    from scored
)

select * from final
