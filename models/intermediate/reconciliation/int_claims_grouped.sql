-- Claims with what they are settled with: alone, or with the rest of the vendor's month.
with

claims as (
    select * from {{ ref('int_reconciliation_claims') }}
),

tied as (
    select distinct group_id from {{ ref('int_postings_tied') }}
),

final as (
    select
        claims.*,
        case
            when own.group_id is null and pool.group_id is not null and claims.bill_source <> 'extra'
                then pool.group_id
            else claims.claim_id
        end as group_id,
        own.group_id is not null or (pool.group_id is not null and claims.bill_source <> 'extra') as is_posted
    from claims
    left join tied as own on claims.claim_id = own.group_id
    left join tied as pool
        on
            concat_ws('|', 'month', claims.vendor_id, cast(claims.service_month as varchar), claims.currency)
            = pool.group_id
)

select * from final
