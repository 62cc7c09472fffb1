{{ config(materialized='view') }}

-- What a vendor's invoice takes above the contract's price in force on the first day of service.
with

lines as (
    select
        paired.vendor_id,
        coalesce(paired.bill_id, paired.invoice_id) as bill_id,
        lines.invoice_id,
        lines.line_no,
        lines.contract_id,
        lines.item,
        lines.unit,
        lines.qty,
        lines.unit_price,
        paired.service_month
    from {{ ref('int_vendor_invoices_paired') }} as paired
    inner join {{ ref('stg_procurement__vendor_invoice_lines') }} as lines on paired.invoice_id = lines.invoice_id
    where
        coalesce(lines.line_kind, 'media') = 'media' and lines.qty > 0 and lines.unit_price > 0
        and lines.contract_id is not null
),

rates as (
    select
        *,
        min(item) over (partition by contract_id, unit)
        = max(item) over (partition by contract_id, unit) as is_only_item
    from {{ ref('stg_procurement__contract_rates') }}
),

agreed as (
    select
        lines.*,
        rates.unit_price as agreed_price
    from lines
    inner join rates
        on
            lines.contract_id = rates.contract_id
            and rates.valid_from <= {{ month_end('lines.service_month') }}
            and (
                lines.item = rates.item
                or (lines.item is null and lines.unit = rates.unit and rates.is_only_item)
            )
    qualify
        row_number() over (
            partition by lines.invoice_id, lines.line_no order by rates.valid_from desc, rates.item asc
        ) = 1
),

exceeded as (
    select
        vendor_id,
        bill_id,
        cast(sum(
            {{ round_half_even(product('qty', 6, 'unit_price - agreed_price'), 4) }}
        ) as decimal(18, 4)) as excess_amount_doc
    from agreed
    where unit_price > agreed_price
    group by vendor_id, bill_id
)

select * from exceeded
