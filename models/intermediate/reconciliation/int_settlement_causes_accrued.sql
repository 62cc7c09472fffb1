{{ config(materialized='view') }}

-- What is between bill and ledger, with the accrual that stands in the ledger for what is not posted yet.
with

untied as (
    select * from {{ ref('int_postings_untied') }}
),

waiting as (
    select * from {{ ref('int_settlement_causes') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by vendor_id, service_month, currency, cause, rule in ('not_billed', 'not_posted')
            order by amount_doc asc, group_id asc
        ) as waiting_rank
    from waiting
),

-- An accrual stands in the ledger for what is not posted yet: the two are one item, of what they differ.
accrued as (
    select
        ranked.vendor_id,
        ranked.service_month,
        ranked.currency,
        ranked.cause,
        case when untied.vendor_id is null then ranked.rule else 'accrual' end as rule,
        ranked.confidence,
        ranked.left_doc_id,
        coalesce(untied.posting_doc_id, ranked.right_doc_id) as right_doc_id,
        cast(ranked.amount_doc + coalesce(untied.amount_doc, 0) as decimal(18, 4)) as amount_doc,
        untied.vendor_id is not null as is_accrued
    from ranked
    left join untied
        on
            case
                when ranked.cause = 'timing' and ranked.rule in ('not_billed', 'not_posted') and ranked.waiting_rank = 1
                    then ranked.vendor_id
            end = untied.vendor_id
            and ranked.service_month = untied.service_month
            and ranked.currency = untied.currency
            and untied.rule = 'accrual'
)

select * from accrued
