{{ config(materialized='view') }}

-- One-off claims: the credit memos and refunds that an agreement names, as the ledger and the payments hold them. Of a
-- document that several agreements name, the earlier one takes first, each at most what was agreed.
with

named as (
    select
        agreed.claim_id,
        agreed.agreed_on,
        agreed.agreed_amount,
        trim(documents.document_id) as document_id
    from {{ ref('int_savings_agreed') }} as agreed
    cross join {{ list_items('agreed.credit_documents', 'documents', 'document_id') }}
    where agreed.class = 'cash_recovery'
),

posted as (
    select
        doc_id as document_id,
        -sum(amount) as credit_amount
    from {{ ref('int_ledger_lines_costed') }}
    where not is_accrual
    group by doc_id
    union all
    select
        payments.payment_id as document_id,
        -sum({{ home_amount('payments.amount', 'payments.currency', 'rates') }}) as credit_amount
    from {{ ref('stg_procurement__payments') }} as payments
    left join {{ ref('int_fx_rates_daily') }} as rates
        on payments.currency = rates.currency and payments.paid_on = rates.date_day
    where payments.amount < 0 and payments.paid_on <= {{ as_of() }}
    group by payments.payment_id
),

documents as (
    select
        document_id,
        sum(credit_amount) as credit_amount
    from posted
    group by document_id
    having sum(credit_amount) > 0
),

taken as (
    select
        named.claim_id,
        named.agreed_amount,
        greatest(least(
            named.agreed_amount,
            documents.credit_amount - coalesce(sum(named.agreed_amount) over (
                partition by named.document_id order by named.agreed_on, named.claim_id
                rows between unbounded preceding and 1 preceding
            ), 0)
        ), 0) as credit_amount
    from named
    inner join documents on named.document_id = documents.document_id
),

final as (
    select
        claim_id,
        cast(least(sum(credit_amount), max(agreed_amount)) as decimal(18, 2)) as realised_amount
    from taken
    group by claim_id
)

select * from final
