{{ config(materialized='view') }}

-- Services billed for days after the end of the contract or order that their line names, where no other one goes on.
with

lines as (
    select * from {{ ref('int_invoice_lines_costed') }}
    where service_end is not null and cost_amount_doc > 0 and not is_credit
),

contracts as (
    select * from {{ ref('int_contracts_clustered') }}
),

ends as (
    select
        'contract' as kind,
        contract_id as id,
        contract_id as name,
        end_date
    from contracts
    where not coalesce(auto_renew, false)
    union all
    select
        'purchase_order' as kind,
        po_id as id,
        po_number as name,
        valid_to as end_date
    from {{ ref('stg_procurement__purchase_orders') }}
),

-- The contract tells; the order does where there is none.
named as (
    select
        lines.*,
        ends.kind,
        ends.id,
        ends.name,
        ends.end_date,
        greatest(coalesce(lines.service_start, lines.service_end), {{ add_days('ends.end_date', 1) }})
            as first_day_after
    from lines
    inner join ends
        on
            ends.kind = case when lines.contract_id is null then 'purchase_order' else 'contract' end
            and coalesce(lines.contract_id, lines.po_id) = ends.id
    where lines.service_end > ends.end_date
),

-- What a later contract of the vendor covers was bought under that one.
uncovered as (
    select named.*
    from named
    left join contracts
        on
            named.cluster_id = contracts.cluster_id
            and coalesce(named.contract_id, '') <> contracts.contract_id
            and named.first_day_after <= contracts.end_date
            and named.service_end >= contracts.start_date
    where contracts.contract_id is null
),

parted as (
    select
        *,
        {{ from_units(divide_half_even(
            as_units('cost_amount_doc', 4) ~ ' * (' ~ days_between('first_day_after', 'service_end') ~ ' + 1)',
            '(' ~ days_between('coalesce(service_start, service_end)', 'service_end') ~ ' + 1) * 100'
        ), 2) }} as part_doc
    from uncovered
),

final as (
    select
        'spend_after_end' as detector,
        'spend_after_end:' || invoice_id || '/' || line_no as claim_id,
        'run_rate' as class,
        surviving_vendor_id as vendor_id,
        received_date as found_on,
        cast(null as date) as expires_on,
        purse,
        cost_amount as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'parted') }} as amount,
        {{ evidence([
            ('invoice', 'invoice_id'), ('invoice_line', "invoice_id || '/' || line_no"),
            ('contract', "case when kind = 'contract' then id end"),
            ('purchase_order', "case when kind = 'purchase_order' then id end")
        ]) }} as evidence,
        'Service until ' || cast(service_end as varchar) || ' billed, ' || replace(kind, '_', ' ') || ' '
        || coalesce(name, id) || ' ended on ' || cast(end_date as varchar) as explanation
    from parted
    where part_doc > 0
)

select * from final
