{{ config(severity='warn') }}

-- An ad account that no vendor lists cannot be matched with its postings: its cost may stand twice.
select
    platform,
    account_id,
    currency,
    sum(served_amount_doc) as served_amount_doc
from {{ ref('int_delivery_priced') }}
where
    vendor_id = 'unmapped'
    and exists (
        select 1 from {{ ref('int_accounts_classified') }} as accounts
        inner join {{ ref('stg_ledger__entries') }} as entries on accounts.account_id = entries.account_id
        where accounts.is_marketing and accounts.is_media
    )
group by platform, account_id, currency
