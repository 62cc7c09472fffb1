{{ config(materialized='view') }}

with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

claims as (
    select * from {{ ref('int_claims_capped') }}
),

memos as (
    select
        surviving_vendor_id as vendor_id,
        -sum(gross_amount) as given_doc
    from {{ ref('int_invoices_normalised') }}
    cross join months
    where is_credit and invoice_date between months.first_day and {{ as_of() }}
    group by surviving_vendor_id
),

owed as (
    select
        claims.vendor_id,
        sum(case when claims.detector = 'unused_credit' then claims.amount_doc else 0 end) as open_doc,
        sum(case when claims.detector <> 'unused_credit' then claims.amount_doc else 0 end) as missing_doc
    from claims
    cross join months
    where
        claims.detector in ('unused_credit', 'missed_rebate', 'missing_platform_credit')
        and claims.found_on >= months.first_day
    group by claims.vendor_id
),

-- Credits that were set off, of those that were given or are owed.
final as (
    select
        coalesce(memos.vendor_id, owed.vendor_id) as vendor_id,
        {{ ratio(
            '(coalesce(memos.given_doc, 0) - coalesce(owed.open_doc, 0))',
            '(coalesce(memos.given_doc, 0) + coalesce(owed.missing_doc, 0))', 4
        ) }} as credit_recovery
    from memos
    full outer join owed on memos.vendor_id = owed.vendor_id
)

select * from final
