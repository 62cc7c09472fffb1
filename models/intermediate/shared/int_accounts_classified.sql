with

accounts as (
    select * from {{ ref('stg_ledger__accounts') }}
),

account_ids as (
    select account_id from accounts
    union
    select account_id from {{ ref('stg_ledger__entries') }}
    union
    select account_id from {{ ref('stg_planning__budget_lines') }}
    where account_id is not null
),

ruled as (
    select
        account_ids.account_id,
        min_by(rules.is_marketing, rules.rule_no) filter (where rules.is_marketing is not null) as is_marketing,
        min_by(rules.spend_category, rules.rule_no) filter (where rules.spend_category is not null) as spend_category,
        min_by(rules.channel, rules.rule_no) filter (where rules.channel is not null) as channel,
        min_by(rules.department_id, rules.rule_no) filter (where rules.department_id is not null) as department_id
    from account_ids
    inner join {{ run_input('account_rules') }} as rules
        on {{ matches('account_ids.account_id', 'rules.account_pattern') }}
    group by account_ids.account_id
),

joined as (
    select
        account_ids.account_id,
        coalesce(accounts.name, account_ids.account_id) as account_name,
        lower(accounts.class) as account_class,
        coalesce(ruled.is_marketing, accounts.is_marketing) as stated_is_marketing,
        coalesce(ruled.spend_category, accounts.spend_category, 'unmapped') as spend_category,
        ruled.channel,
        ruled.department_id
    from account_ids
    left join accounts on account_ids.account_id = accounts.account_id
    left join ruled on account_ids.account_id = ruled.account_id
),

-- Where the company says of no account that it is marketing, the ledger delivered is the marketing ledger.
statement as (
    select count(stated_is_marketing) > 0 as is_given
    from joined
),

final as (
    select
        joined.account_id,
        joined.account_name,
        joined.spend_category,
        joined.channel,
        joined.department_id,
        coalesce(
            joined.stated_is_marketing,
            not statement.is_given and coalesce(joined.account_class = 'expense', true)
        ) as is_marketing,
        lower(joined.spend_category) like '%media%' or lower(joined.spend_category) like '%advert%'
        or joined.spend_category = 'unmapped' as is_media
    from joined
    cross join statement
)

select * from final
