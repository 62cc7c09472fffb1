-- A group of claims beside what is posted for it, and what of the difference the documents say.
with

claims as (
    select * from {{ ref('int_claims_grouped') }}
),

groups as (
    select
        group_id,
        vendor_id,
        currency,
        min(service_month) as service_month,
        min(bill_source) as bill_source,
        {{ value_of_largest('bill_id', 'abs(expected_amount_doc)') }} as bill_id,
        {{ value_of_largest('coalesce(entered_id, bill_id)', 'abs(expected_amount_doc)') }} as waiting_id,
        sum(line_count) as line_count,
        cast(sum(expected_amount_doc) as decimal(18, 4)) as expected_amount_doc,
        cast(sum(tax_amount_doc) as decimal(18, 4)) as tax_due_amount_doc
    from claims
    group by group_id, vendor_id, currency
),

parts as (
    select * from {{ ref('int_postings_valued') }}
),

posted as (
    select
        group_id,
        min(rule) as rule,
        count(*) as posting_count,
        max(abs(posted_amount_doc)) as largest_amount_doc,
        {{ value_of_largest('posting_doc_id', 'abs(posted_amount_doc)') }} as posting_doc_id,
        bool_or(is_other_currency) as has_other_currency,
        cast(sum(posted_amount_doc) as decimal(18, 4)) as posted_amount_doc,
        cast(sum(tax_amount_doc) as decimal(18, 4)) as tax_amount_doc
    from parts
    group by group_id
),

-- One document posted by two journals of the same amount.
journals as (
    select
        group_id,
        journal_id,
        cast(sum(posted_amount_doc - tax_amount_doc) as decimal(18, 4)) as journal_amount_doc
    from parts
    group by group_id, journal_id
),

repeated as (
    select
        group_id,
        max(abs(journal_amount_doc)) as repeated_amount_doc,
        max(repetitions) as repetitions
    from (
        select
            group_id,
            abs(journal_amount_doc) as journal_amount_doc,
            sum(sign(journal_amount_doc)) - 1 as repetitions
        from journals
        group by group_id, abs(journal_amount_doc)
        having sum(sign(journal_amount_doc)) > 1
    ) as counted
    group by group_id
),

coded as (
    select
        claims.group_id,
        min(miscoded.doc_id) as coded_doc_id,
        sum(miscoded.amount_doc) as coded_amount_doc,
        sum(case when miscoded.is_a_line then miscoded.amount_doc else 0 end) as coded_line_amount_doc
    from {{ ref('int_postings_miscoded') }} as miscoded
    inner join claims on miscoded.claim_id = claims.claim_id
    group by claims.group_id
),

joined as (
    select
        groups.*,
        posted.rule,
        coalesce(posted.posting_count, 0) as posting_count,
        posted.largest_amount_doc,
        coalesce(posted.posting_doc_id, coded.coded_doc_id) as posting_doc_id,
        coalesce(posted.has_other_currency, false) as has_other_currency,
        coalesce(posted.posted_amount_doc, 0) as posted_amount_doc,
        coalesce(posted.tax_amount_doc, 0) as tax_amount_doc,
        coalesce(coded.coded_amount_doc, 0) as coded_amount_doc,
        coalesce(coded.coded_line_amount_doc, 0) as coded_line_amount_doc,
        coalesce(repeated.repeated_amount_doc * repeated.repetitions, 0) as repeated_amount_doc,
        {{ rounding_tolerance('groups.line_count') }} as tolerance
    from groups
    left join posted on groups.group_id = posted.group_id
    left join coded on groups.group_id = coded.group_id
    left join repeated on groups.group_id = repeated.group_id
)

select * from joined
