{{ config(materialized='view') }}

-- Rebates that a contract's tiers owe and nobody credited, bill by bill.
with

tiers as (
    select * from {{ ref('int_rebate_tiers_listed') }}
),

lines as (
    select
        {{ all_but(['contract_id', 'terms_contract_id'], 'lines') }},
        terms_contract_id as contract_id
    from {{ ref('int_invoice_lines_costed') }} as lines
    where exists (
            select 1 from tiers where tiers.contract_id = lines.terms_contract_id and tiers.currency = lines.currency
        )
),

-- A bill entered twice is spent once.
qualifying as (
    select
        *,
        sum(net_amount) over (
            partition by contract_id order by received_date, invoice_id, line_no
            rows between unbounded preceding and current row
        ) as spent_so_far
    from lines
    where
        net_amount > 0 and not is_credit and line_kind not like '%fee%'
        and invoice_id not in (select invoice_id from {{ ref('int_invoice_pairs_compared') }})
),

reached as (
    select
        tiers.*,
        min(qualifying.received_date) as reached_on
    from tiers
    inner join qualifying
        on tiers.contract_id = qualifying.contract_id and tiers.threshold <= qualifying.spent_so_far
    group by all
),

-- A tier applies to all spend once it is reached; the highest that is overdue for the bill counts.
owed as (
    select
        qualifying.*,
        reached.threshold,
        reached.rebate_pct,
        {{ add_days('greatest(qualifying.received_date, reached.reached_on)', 'reached.within_days') }} as due_on
    from qualifying
    inner join reached on qualifying.contract_id = reached.contract_id
    where {{ add_days('greatest(qualifying.received_date, reached.reached_on)', 'reached.within_days') }}
        <= {{ as_of() }}
    qualify
        row_number() over (
            partition by qualifying.invoice_id, qualifying.line_no order by reached.threshold desc
        ) = 1
),

received as (
    select
        contract_id,
        -sum(net_amount) as credited_doc
    from lines
    where net_amount < 0 and (
            line_kind like '%rebate%' or line_kind like '%bonus%' or item_key like '%REBATE%' or item_key like '%BONUS%'
        )
    group by contract_id
),

amounts as (
    select
        owed.*,
        cast({{ round_half_even(
            product('owed.net_amount', 4, 'owed.rebate_pct'), 2
        ) }} as decimal(18, 4)) as rebate_doc,
        coalesce(received.credited_doc, 0) as credited_doc
    from owed
    left join received on owed.contract_id = received.contract_id
),

-- What was credited counts against the oldest bills.
uncredited as (
    select
        *,
        greatest(rebate_doc - greatest(credited_doc - coalesce(sum(rebate_doc) over (
            partition by contract_id order by received_date, invoice_id, line_no
            rows between unbounded preceding and 1 preceding
        ), 0), 0), 0) as part_doc
    from amounts
),

final as (
    select
        'missed_rebate' as detector,
        'missed_rebate:' || invoice_id || '/' || line_no as claim_id,
        'cash_recovery' as class,
        surviving_vendor_id as vendor_id,
        due_on as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'uncredited') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"), ('contract', 'contract_id')
        ]) }} as evidence,
        {{ percent_text('rebate_pct') }} || ' of ' || {{ money_text('net_amount', 'currency') }} || ', the tier from '
        || cast(threshold as varchar) || ' reached, due on ' || cast(due_on as varchar) || ', not credited'
            as explanation
    from uncredited
    where part_doc > 0
)

select * from final
