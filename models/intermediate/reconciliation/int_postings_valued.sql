{{ config(materialized='view') }}

-- Tied postings in the currency of what they settle.
with

groups as (
    select
        group_id,
        vendor_id,
        currency,
        min(service_month) as claim_month
    from {{ ref('int_claims_grouped') }}
    group by group_id, vendor_id, currency
),

final as (
    select
        tied.group_id,
        tied.rule,
        groups.vendor_id,
        groups.currency,
        groups.claim_month,
        postings.entry_id,
        postings.service_month,
        postings.journal_id,
        postings.posting_doc_id,
        postings.currency <> groups.currency as is_other_currency,
        case
            when postings.currency = groups.currency then postings.amount_doc
            else {{ from_delivery_rate('postings.amount', 'rates') }}
        end as posted_amount_doc,
        case when postings.currency = groups.currency then postings.tax_amount_doc else 0 end as tax_amount_doc
    from {{ ref('int_postings_tied') }} as tied
    inner join groups on tied.group_id = groups.group_id
    inner join {{ ref('int_reconciliation_postings') }} as postings
        on tied.entry_id = postings.entry_id and tied.service_month = postings.service_month
    inner join {{ ref('int_reconciliation_rates') }} as rates
        on
            groups.vendor_id = rates.vendor_id
            and groups.claim_month = rates.service_month
            and groups.currency = rates.currency
)

select * from final
