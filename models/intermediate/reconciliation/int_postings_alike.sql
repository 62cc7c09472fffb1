-- Third rule: a document of the same amount within 75 days of the service month's end, where there is just one.
with

named as (
    select * from {{ ref('int_postings_named') }}
),

open_claims as (
    select claims.*
    from {{ ref('int_reconciliation_claims') }} as claims
    left join named on claims.claim_id = named.claim_id
    where named.claim_id is null and claims.expected_amount_doc <> 0
),

open_documents as (
    select
        postings.vendor_id,
        postings.posting_doc_id,
        postings.currency,
        min(postings.posting_date) as posting_date,
        sum(postings.amount_doc) as posted_amount_doc,
        sum(postings.amount_doc - postings.tax_amount_doc) as net_amount_doc
    from {{ ref('int_reconciliation_postings') }} as postings
    left join named on postings.entry_id = named.entry_id and postings.service_month = named.service_month
    where not postings.is_accrual and named.entry_id is null
    group by postings.vendor_id, postings.posting_doc_id, postings.currency
),

alike as (
    select
        open_claims.claim_id,
        open_documents.vendor_id,
        open_documents.posting_doc_id,
        open_documents.currency
    from open_documents
    inner join open_claims
        on
            open_documents.vendor_id = open_claims.vendor_id
            and open_documents.currency = open_claims.currency
            and least(
                abs(open_documents.net_amount_doc - open_claims.expected_amount_doc),
                abs(open_documents.posted_amount_doc - open_claims.expected_amount_doc - open_claims.tax_amount_doc)
            ) <= {{ rounding_tolerance('open_claims.line_count') }}
            and open_documents.posting_date between {{ month_end('open_claims.service_month') }}
            and {{ add_days(month_end('open_claims.service_month'), days_to_wait_for_documents()) }}
),

-- Ties are for a person.
unique_pairs as (
    select * from alike
    qualify
        count(*) over (partition by vendor_id, posting_doc_id, currency) = 1
        and count(*) over (partition by claim_id) = 1
),

final as (
    select
        postings.entry_id,
        postings.service_month,
        unique_pairs.claim_id,
        'amount_and_date' as rule
    from {{ ref('int_reconciliation_postings') }} as postings
    inner join unique_pairs
        on
            postings.vendor_id = unique_pairs.vendor_id
            and postings.posting_doc_id = unique_pairs.posting_doc_id
            and postings.currency = unique_pairs.currency
    left join named on postings.entry_id = named.entry_id and postings.service_month = named.service_month
    where not postings.is_accrual and named.entry_id is null
)

select * from final
