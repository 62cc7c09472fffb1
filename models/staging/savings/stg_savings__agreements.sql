with

source as (
    select * from {{ landed('savings_agreements') }}
),

latest as (
    select
        claim_id,
        agreed_on,
        agreed_by,
        amount,
        currency,
        effective_from,
        credit_documents,
        note,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['claim_id']) }} = 1
)

select * from latest
where agreed_on <= {{ as_of() }}
