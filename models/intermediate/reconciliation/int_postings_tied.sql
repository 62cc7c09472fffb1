-- Each posting that settles a claim, once, and the rule that tied them.
with

pooled as (
    select * from {{ ref('int_postings_pooled') }}
),

final as (
    select entry_id, service_month, claim_id as group_id, rule from {{ ref('int_postings_named') }}
    union all
    select entry_id, service_month, claim_id as group_id, rule from {{ ref('int_postings_alike') }}
    union all
    select entry_id, service_month, group_id, rule from pooled
)

select * from final
