-- Billed lines and the contract's price in force on their first day of service.
with

lines as (
    select
        *,
        cast(coalesce(unit_price, cast(net_amount / nullif(qty, 0) as decimal(18, 6))) as decimal(18, 6))
            as billed_price,
        coalesce(service_start, invoice_date) as price_day
    from {{ ref('int_invoice_lines_costed') }}
    where qty > 0 and net_amount > 0 and not is_credit
),

contracts as (
    select * from {{ ref('int_contracts_clustered') }}
),

rates as (
    select
        rates.contract_id,
        contracts.cluster_id,
        contracts.start_date,
        contracts.end_date,
        contracts.currency,
        rates.item,
        {{ plain_text('rates.item') }} as item_key,
        rates.unit,
        rates.valid_from,
        rates.unit_price,
        min(rates.item) over (partition by rates.contract_id, rates.unit)
        = max(rates.item) over (partition by rates.contract_id, rates.unit) as is_only_item
    from {{ ref('stg_procurement__contract_rates') }} as rates
    inner join contracts on rates.contract_id = contracts.contract_id
),

candidates as (
    select
        lines.*,
        rates.contract_id as rate_contract_id,
        rates.unit_price as agreed_price,
        rates.item as rate_item,
        rates.item_key as rate_item_key,
        rates.valid_from
    from lines
    inner join rates on lines.contract_id = rates.contract_id and lines.currency = rates.currency
    where {{ contract_rate_fits() }}
    union all
    select
        lines.*,
        rates.contract_id as rate_contract_id,
        rates.unit_price as agreed_price,
        rates.item as rate_item,
        rates.item_key as rate_item_key,
        rates.valid_from
    from lines
    inner join rates on lines.cluster_id = rates.cluster_id and lines.currency = rates.currency
    where
        lines.contract_id is null
        and lines.price_day between rates.start_date and rates.end_date
        and {{ contract_rate_fits() }}
),

-- The line's contract, else the vendor's contracts in force: the item's rate before the unit's, the latest first.
matched as (
    select {{ all_but(['rate_item', 'rate_item_key', 'valid_from'], 'candidates') }}
    from candidates
    qualify
        row_number() over (
            partition by invoice_id, line_no
            order by
                coalesce(item_key = rate_item_key, false) desc, valid_from desc, rate_contract_id asc, rate_item asc
        ) = 1
)

select * from matched
