{{ config(materialized='view') }}

-- Money paid beyond the bill, and credits that nobody set off.
with

invoices as (
    select * from {{ ref('int_invoices_normalised') }}
),

payments as (
    select
        payments.*,
        rates.multiplier,
        rates.divisor
    from {{ ref('stg_procurement__payments') }} as payments
    left join {{ ref('int_fx_rates_daily') }} as rates
        on payments.currency = rates.currency and payments.paid_on = rates.date_day
    where payments.paid_on <= {{ as_of() }}
),

overpaid as (
    select
        invoices.surviving_vendor_id as vendor_id,
        invoices.invoice_number,
        invoices.gross_amount,
        invoices.paid_amount,
        {{ joined_text(
            evidence_item('payment', 'payments.payment_id'), ', ', 'payments.paid_on, payments.payment_id'
        ) }} as payments_evidence,
        invoices.invoice_id
    from invoices
    inner join payments on invoices.invoice_id = payments.invoice_id
    where not invoices.is_credit and invoices.paid_amount > invoices.gross_amount + 0.01
    group by all
),

-- The latest payments are the ones too many.
excess as (
    select
        overpaid.*,
        payments.payment_id,
        payments.paid_on,
        payments.currency,
        payments.amount as payment_amount_doc,
        payments.multiplier,
        payments.divisor,
        greatest(least(
            payments.amount,
            overpaid.paid_amount - overpaid.gross_amount - coalesce(sum(payments.amount) over (
                partition by payments.invoice_id order by payments.paid_on desc, payments.payment_id desc
                rows between unbounded preceding and 1 preceding
            ), 0)
        ), 0) as part_doc,
        max(payments.paid_on) over (partition by payments.invoice_id) as last_paid_on
    from overpaid
    inner join payments on overpaid.invoice_id = payments.invoice_id and payments.amount > 0
),

unused as (
    select
        memos.*,
        rates.multiplier,
        rates.divisor,
        -memos.gross_amount + memos.paid_amount as open_amount_doc
    from invoices as memos
    left join {{ ref('int_fx_rates_daily') }} as rates
        on memos.currency = rates.currency and memos.invoice_date = rates.date_day
    where
        memos.is_credit
        and memos.paid_amount > memos.gross_amount
        and (memos.paid_amount <> 0 or not memos.is_paid)
        and {{ add_days('memos.received_date', 30) }} < {{ as_of() }}
        and exists (
            select 1 from invoices as paid
            where
                paid.cluster_id = memos.cluster_id and not paid.is_credit
                and paid.last_paid_on > memos.received_date
        )
),

final as (
    select
        'paid_twice' as detector,
        'paid_twice:' || invoice_id as claim_id,
        'cash_recovery' as class,
        vendor_id,
        last_paid_on as found_on,
        cast(null as date) as expires_on,
        'payment:' || payment_id || '/' || invoice_id as purse,
        {{ home_amount('payment_amount_doc', 'currency', 'excess') }} as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'excess') }} as amount,
        '[' || {{ evidence_item('invoice', 'invoice_id') }} || ', ' || payments_evidence || ']' as evidence,
        {{ money_text('paid_amount', 'currency') }} || ' were paid on invoice ' || invoice_number || ' of '
        || {{ money_text('gross_amount', 'currency') }} as explanation
    from excess
    where part_doc > 0
    union all
    select
        'unused_credit' as detector,
        'unused_credit:' || invoice_id as claim_id,
        'cash_recovery' as class,
        surviving_vendor_id as vendor_id,
        {{ add_days('received_date', 31) }} as found_on,
        cast(null as date) as expires_on,
        'credit:' || invoice_id as purse,
        {{ home_amount('open_amount_doc', 'currency', 'unused') }} as purse_amount,
        currency,
        cast(open_amount_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('open_amount_doc', 'currency', 'unused') }} as amount,
        {{ evidence([('invoice', 'invoice_id')]) }} as evidence,
        {{ money_text('open_amount_doc', 'currency') }} || ' of credit ' || invoice_number
        || ' are open for more than 30 days while later bills were paid' as explanation
    from unused
)

select * from final
