{{ config(materialized='view') }}

-- Every number under which a posting may name a claim's document.
with

claims as (
    select * from {{ ref('int_reconciliation_claims') }}
    where bill_id is not null
),

numbers as (
    select vendor_id, claim_id, service_month, bill_number as number, 'document_id' as rule from claims
    union
    select vendor_id, claim_id, service_month, bill_id as number, 'document_id' as rule from claims
    union
    select vendor_id, claim_id, service_month, entered_number as number, pair_rule as rule from claims
    union
    select vendor_id, claim_id, service_month, entered_id as number, pair_rule as rule from claims
),

keyed as (
    select
        vendor_id,
        claim_id,
        service_month,
        number,
        {{ normalised_number('number') }} as number_key,
        min(rule) as rule
    from numbers
    where number is not null
    group by vendor_id, claim_id, service_month, number
)

select * from keyed
where number_key is not null
