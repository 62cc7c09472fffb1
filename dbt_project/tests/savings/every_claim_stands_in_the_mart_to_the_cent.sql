-- The mart holds what the ledger of claims took: gross = claimable + overlap.
with

ledger as (
    select
        sum(gross_amount) as gross_amount,
        sum(claimable_amount) as claimable_amount
    from {{ ref('int_claims_capped') }}
),

published as (
    select
        sum(gross_amount) as gross_amount,
        sum(claimable_amount) as claimable_amount,
        sum(overlap_amount) as overlap_amount
    from {{ ref('savings_opportunities') }}
    where amount_reason is null and detector <> 'renewal_window'
)

select *
from published
cross join ledger
where
    published.gross_amount <> ledger.gross_amount
    or published.claimable_amount <> ledger.claimable_amount
    or published.gross_amount <> published.claimable_amount + published.overlap_amount
