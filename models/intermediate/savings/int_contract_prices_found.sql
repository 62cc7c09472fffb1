{{ config(materialized='view') }}

-- Billed above the contract's price, or above a price that another contract gives.
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

contracted as (
    select * from {{ ref('int_contract_prices_matched') }}
),

-- Without contract and order, where another vendor's contract prices the same item.
uncontracted as (
    select
        lines.*,
        rates.contract_id as rate_contract_id,
        rates.unit_price as agreed_price
    from lines
    inner join rates
        on
            lines.item_key = rates.item_key
            and lines.unit = rates.unit
            and lines.currency = rates.currency
            and lines.price_day between greatest(rates.start_date, rates.valid_from) and rates.end_date
            and lines.cluster_id <> rates.cluster_id
    where
        coalesce(lines.contract_id, lines.po_id, lines.po_number) is null
        and not exists (
            select 1 from contracts
            where
                contracts.cluster_id = lines.cluster_id
                and lines.price_day between contracts.start_date and contracts.end_date
        )
    qualify
        row_number() over (
            partition by lines.invoice_id, lines.line_no
            order by rates.valid_from desc, rates.unit_price asc, rates.contract_id asc
        ) = 1
),

compared as (
    select *, 'rate_leakage' as detector, 'cash_recovery' as class from contracted
    union all
    select *, 'uncontracted_buying' as detector, 'run_rate' as class from uncontracted
),

priced as (
    select
        *,
        cast({{ round_half_even(
            product('qty', 6, 'billed_price - agreed_price'), 4
        ) }} as decimal(18, 4)) as part_doc
    from compared
    where billed_price > agreed_price
),

final as (
    select
        detector,
        detector || ':' || invoice_id || '/' || line_no as claim_id,
        class,
        surviving_vendor_id as vendor_id,
        received_date as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        part_doc as amount_doc,
        {{ home_amount('part_doc', 'currency', 'priced') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"),
            ('contract', 'rate_contract_id')
        ]) }} as evidence,
        {{ number_text('qty') }} || ' at ' || {{ number_text('billed_price') }} || ', agreed '
        || {{ number_text('agreed_price') }}
        || ' ' || currency as explanation
    from priced
    where part_doc >= 0.01
)

select * from final
