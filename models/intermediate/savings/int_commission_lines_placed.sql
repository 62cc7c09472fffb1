{{ config(materialized='view') }}

-- Lines of contracts with a commission, fees and media, and what they are charged together on: the bill where it holds
-- both, else the month.
with

marked as (
    select
        {{ all_but(['contract_id', 'terms_contract_id'], 'lines') }},
        contracts.contract_id,
        contracts.commission_pct,
        lower(coalesce(contracts.commission_basis, '')) as commission_basis,
        coalesce(
            contracts.commission_pct > 0 and lines.net_amount > 0 and not lines.is_credit
            and (lines.line_kind like '%commission%' or lines.item_key like '%COMMISSION%'),
            false
        ) as is_fee,
        lines.line_kind in {{ delivery_line_kinds() }} as is_media
    from {{ ref('int_invoice_lines_costed') }} as lines
    inner join {{ ref('stg_procurement__contracts') }} as contracts
        on lines.terms_contract_id = contracts.contract_id
),

billed_together as (
    select
        contract_id,
        invoice_id
    from marked
    group by contract_id, invoice_id
    having bool_or(is_fee) and bool_or(is_media)
),

placed as (
    select
        marked.*,
        case
            when billed_together.invoice_id is null then 'month ' || cast(marked.service_month as varchar)
            else 'bill ' || marked.invoice_id
        end as media_scope
    from marked
    left join billed_together
        on marked.contract_id = billed_together.contract_id and marked.invoice_id = billed_together.invoice_id
)

select * from placed
