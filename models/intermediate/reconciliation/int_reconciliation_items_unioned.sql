-- Every item of the bridge from delivery to ledger in document currency and, but for exchange and rounding, at home.
with

claims as (
    select * from {{ ref('int_claims_grouped') }}
),

settled as (
    select * from {{ ref('int_claims_settled') }}
),

billed as (
    select
        differences.vendor_id,
        differences.service_month,
        differences.currency,
        differences.cause,
        differences.rule,
        differences.confidence,
        differences.bill_id as left_doc_id,
        settled.posting_doc_id as right_doc_id,
        differences.amount_doc,
        cast(null as decimal(18, 2)) as amount
    from {{ ref('int_bill_differences_typed') }} as differences
    left join claims
        on
            differences.bill_id = claims.bill_id
            and differences.service_month = claims.service_month
            and differences.currency = claims.currency
            and differences.vendor_id = claims.vendor_id
    left join settled on claims.group_id = settled.group_id
    where not differences.is_extra or claims.is_posted
),

accrued as (
    select * from {{ ref('int_settlement_causes_accrued') }}
),

posted as (
    select
        vendor_id,
        service_month,
        currency,
        cause,
        rule,
        confidence,
        left_doc_id,
        right_doc_id,
        amount_doc,
        cast(null as decimal(18, 2)) as amount
    from accrued
),

other_postings as (
    select untied.*
    from {{ ref('int_postings_untied') }} as untied
    left join accrued
        on
            case when untied.rule = 'accrual' then untied.vendor_id end = accrued.vendor_id
            and untied.service_month = accrued.service_month
            and untied.currency = accrued.currency
            and accrued.is_accrued
    where accrued.vendor_id is null
),

-- A posting of another month than its bill's: out of the one, into the other.
moved as (
    select
        parts.vendor_id,
        parts.claim_month,
        parts.service_month,
        parts.currency,
        parts.rule,
        settled.bill_id,
        parts.posting_doc_id,
        cast(sum(parts.posted_amount_doc) as decimal(18, 4)) as amount_doc
    from {{ ref('int_postings_valued') }} as parts
    inner join settled on parts.group_id = settled.group_id
    where parts.claim_month <> parts.service_month
    group by
        parts.vendor_id, parts.claim_month, parts.service_month, parts.currency, parts.rule, settled.bill_id,
        parts.posting_doc_id
),

shifted as (
    select vendor_id, claim_month as service_month, currency, rule, bill_id, posting_doc_id, -amount_doc as amount_doc
    from moved
    union all
    select vendor_id, service_month, currency, rule, bill_id, posting_doc_id, amount_doc
    from moved
),

unioned as (
    select * from billed
    union all
    select * from posted
    union all
    select
        vendor_id, service_month, currency, 'timing' as cause, rule, cast(1 as decimal(3, 2)) as confidence,
        bill_id as left_doc_id, posting_doc_id as right_doc_id, amount_doc, cast(null as decimal(18, 2)) as amount
    from shifted
    union all
    select
        vendor_id, service_month, currency, cause, rule, cast(confidence as decimal(3, 2)) as confidence,
        cast(null as varchar) as left_doc_id, posting_doc_id as right_doc_id, amount_doc, amount
    from other_postings
)

select * from unioned
