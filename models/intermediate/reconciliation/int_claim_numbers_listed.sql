{{ config(materialized='view') }}

-- Every number under which a posting may name a claim's document.
with

claims as (
    select * from {{ ref('int_reconciliation_claims') }}
    where bill_id is not null
),

numbers as (
    {% for number, rule in [
        ('bill_number', "'document_id'"), ('bill_id', "'document_id'"),
        ('entered_number', 'pair_rule'), ('entered_id', 'pair_rule')
    ] %}
        select
            vendor_id,
            claim_id,
            service_month,
            bill_source = 'extra' as is_extra,
            {{ number }} as number,
            {{ rule }} as rule
        from claims
        {{ 'union' if not loop.last }}
    {% endfor %}
),

keyed as (
    select
        vendor_id,
        claim_id,
        service_month,
        is_extra,
        number,
        {{ normalised_number('number') }} as number_key,
        min(rule) as rule
    from numbers
    where number is not null
    group by vendor_id, claim_id, service_month, is_extra, number
)

select * from keyed
where number_key is not null
