{{ config(severity='warn') }}

-- Ledger lines that no figure holds, though nobody said so: of a status or on an account that nothing explains.
with

entries as (
    select * from {{ ref('stg_ledger__entries') }}
    where posting_date <= {{ as_of() }}
),

accounts as (
    select account_id from {{ ref('stg_ledger__accounts') }}
),

unknown as (
    select
        'status' as what,
        status as named,
        currency,
        amount
    from entries
    where
        lower(coalesce(status, 'posted')) not in ('posted', 'pending')
        and lower(coalesce(status, 'posted')) not in {{ dead_document_statuses() }}
    union all
    select
        'account' as what,
        entries.account_id as named,
        entries.currency,
        entries.amount
    from entries
    left join accounts on entries.account_id = accounts.account_id
    where
        accounts.account_id is null
        and exists (select 1 from accounts)
        and lower(coalesce(entries.status, 'posted')) = 'posted'
        and not exists (
            select 1 from {{ run_input('account_rules') }} as rules
            where {{ matches('entries.account_id', 'rules.account_pattern') }}
        )
)

select
    what,
    named,
    currency,
    count(*) as line_count,
    sum(amount) as amount_doc
from unknown
group by what, named, currency
