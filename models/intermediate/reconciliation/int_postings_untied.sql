-- Postings that settle no claim, one cause a document; accruals that stand.
with

postings as (
    select
        postings.*,
        tied.group_id
    from {{ ref('int_reconciliation_postings') }} as postings
    left join {{ ref('int_postings_tied') }} as tied
        on postings.entry_id = tied.entry_id and postings.service_month = tied.service_month
),

months as (
    select
        vendor_id,
        service_month,
        bool_and(is_posted) filter (where bill_source <> 'extra') as is_all_posted
    from {{ ref('int_claims_grouped') }}
    group by vendor_id, service_month
),

-- What is posted for a month, document by document: the same amount once more is a repetition.
tied_documents as (
    select distinct
        vendor_id,
        service_month,
        currency,
        amount_doc
    from (
        select
            vendor_id,
            service_month,
            posting_doc_id,
            currency,
            sum(amount_doc) as amount_doc
        from postings
        where group_id is not null
        group by vendor_id, service_month, posting_doc_id, currency
    ) as summed
),

untied as (
    select
        vendor_id,
        service_month,
        currency,
        posting_doc_id,
        bool_and(lower(spend_category) like '%fee%' or lower(spend_category) like '%tax%') as is_fee,
        cast(sum(amount_doc) as decimal(18, 4)) as amount_doc,
        cast(sum(amount) as decimal(18, 2)) as amount
    from postings
    where group_id is null and not is_accrual
    group by vendor_id, service_month, currency, posting_doc_id
),

standing as (
    select
        vendor_id,
        service_month,
        currency,
        {{ value_of_largest('posting_doc_id', 'amount_doc') }} as posting_doc_id,
        cast(sum(amount_doc) as decimal(18, 4)) as amount_doc,
        cast(sum(amount) as decimal(18, 2)) as amount
    from postings
    where is_accrual
    group by vendor_id, service_month, currency
),

caused as (
    select
        untied.vendor_id,
        untied.service_month,
        untied.currency,
        untied.posting_doc_id,
        untied.amount_doc,
        untied.amount,
        case
            when untied.is_fee then 'fee'
            when tied_documents.vendor_id is not null then 'duplicate'
            when months.vendor_id is null then 'missing_delivery'
            else 'unexplained'
        end as cause,
        case
            when untied.is_fee then 'account_category'
            when tied_documents.vendor_id is not null then 'same_amount_posted'
            when months.vendor_id is null then 'no_delivery'
            else 'no_document'
        end as rule,
        case when untied.is_fee then 0.7 when tied_documents.vendor_id is not null then 0.8 else 0.5 end as confidence
    from untied
    left join months on untied.vendor_id = months.vendor_id and untied.service_month = months.service_month
    left join tied_documents
        on
            untied.vendor_id = tied_documents.vendor_id
            and untied.service_month = tied_documents.service_month
            and untied.currency = tied_documents.currency
            and untied.amount_doc = tied_documents.amount_doc
    where untied.amount_doc <> 0
    union all
    select
        standing.vendor_id,
        standing.service_month,
        standing.currency,
        standing.posting_doc_id,
        standing.amount_doc,
        standing.amount,
        case when coalesce(months.is_all_posted, false) then 'duplicate' else 'timing' end as cause,
        case when coalesce(months.is_all_posted, false) then 'accrual_not_reversed' else 'accrual' end as rule,
        1.0 as confidence
    from standing
    left join months on standing.vendor_id = months.vendor_id and standing.service_month = months.service_month
    where standing.amount_doc <> 0
)

select * from caused
