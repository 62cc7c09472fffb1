{{ config(materialized='view') }}

-- Lines of live bills and credits that name a contract, in the contract's currency at the rate of the bill's day.
with

contracts as (
    select
        contract_id,
        currency as contract_currency
    from {{ ref('stg_procurement__contracts') }}
),

bills as (
    select
        contracts.contract_id,
        contracts.contract_currency,
        invoices.invoice_id,
        invoices.invoice_date,
        invoices.currency,
        lines.net_amount,
        case when invoices.currency = {{ setting('home_currency') }} then 1 else rates.multiplier end as multiplier,
        case when invoices.currency = {{ setting('home_currency') }} then 1 else rates.divisor end as divisor,
        case when contracts.contract_currency = {{ setting('home_currency') }} then 1 else contract_rates.multiplier end
            as contract_multiplier,
        case when contracts.contract_currency = {{ setting('home_currency') }} then 1 else contract_rates.divisor end
            as contract_divisor
    from {{ ref('stg_procurement__vendor_invoice_lines') }} as lines
    inner join contracts on lines.contract_id = contracts.contract_id
    inner join {{ ref('stg_procurement__vendor_invoices') }} as invoices on lines.invoice_id = invoices.invoice_id
    left join {{ ref('int_fx_rates_daily') }} as rates
        on invoices.currency = rates.currency and invoices.invoice_date = rates.date_day
    left join {{ ref('int_fx_rates_daily') }} as contract_rates
        on contracts.contract_currency = contract_rates.currency and invoices.invoice_date = contract_rates.date_day
    where
        lower(coalesce(invoices.status, 'approved')) not in {{ dead_document_statuses() }}
        and invoices.invoice_date <= {{ as_of() }}
),

converted as (
    select
        contract_id,
        invoice_id,
        invoice_date,
        case
            when currency = contract_currency then net_amount
            else {{ from_units(divide_half_even(
                as_units('net_amount', 4) ~ ' * ' ~ as_units('multiplier', 8) ~ ' * ' ~ as_units('contract_divisor', 8),
                as_units('divisor', 8) ~ ' * ' ~ as_units('contract_multiplier', 8)
            ), 4) }}
        end as amount_doc
    from bills
)

select * from converted
