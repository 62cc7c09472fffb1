-- First rule: postings that name the document of a claim, by its own number or that of the order's invoice.
with

postings as (
    select * from {{ ref('int_reconciliation_postings') }}
    where not is_accrual and doc_id is not null
),

named as (
    select
        postings.entry_id,
        postings.service_month,
        numbers.claim_id,
        numbers.rule
    from postings
    inner join {{ ref('int_claim_numbers_listed') }} as numbers
        on
            postings.vendor_id = numbers.vendor_id
            and {{ normalised_number('postings.doc_id') }} = numbers.number_key
    qualify
        row_number() over (
            partition by postings.entry_id, postings.service_month
            order by
                (postings.doc_id = numbers.number) desc,
                (postings.service_month = numbers.service_month) desc,
                -- Entered twice under one number: a posting of that number is of the first.
                numbers.is_extra asc,
                numbers.service_month asc,
                numbers.claim_id asc
        ) = 1
)

select * from named
