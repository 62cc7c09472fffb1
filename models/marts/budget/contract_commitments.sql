with

contracts as (
    select
        contracts.*,
        coalesce(vendors.surviving_vendor_id, contracts.vendor_id) as surviving_vendor_id,
        {{ days_between('contracts.start_date', 'contracts.end_date') }} + 1 as day_count,
        greatest(
            least({{ days_between('contracts.start_date', as_of()) }}, {{ days_between(
                'contracts.start_date', 'contracts.end_date'
            ) }}) + 1,
            0
        ) as days_elapsed
    from {{ ref('stg_procurement__contracts') }} as contracts
    left join {{ ref('int_vendors_merged') }} as vendors on contracts.vendor_id = vendors.vendor_id
    where contracts.min_commit is not null or contracts.total_cap is not null
),

bills as (
    select
        contract_id,
        case when count(*) = count(amount_doc) then cast(sum(amount_doc) as decimal(18, 4)) end as invoiced_amount,
        max(invoice_date) as last_billed_on
    from {{ ref('int_contract_bills_converted') }}
    group by contract_id
),

burnt as (
    select
        contracts.*,
        case when bills.contract_id is null then 0 else bills.invoiced_amount end as invoiced_amount,
        bills.last_billed_on,
        {{ from_units(even_part(
            as_units('contracts.min_commit', 4), '1', 'contracts.days_elapsed', 'contracts.day_count'
        ), 4) }} as due_amount
    from contracts
    left join bills on contracts.contract_id = bills.contract_id
),

compared as (
    select
        *,
        invoiced_amount - min_commit as ahead_amount
    from burnt
),

final as (
    select
        contract_id,
        surviving_vendor_id as vendor_id,
        start_date,
        end_date,
        end_date < {{ as_of() }} as has_ended,
        currency,
        cast(invoiced_amount as decimal(18, 4)) as invoiced_amount,
        cast(min_commit as decimal(18, 4)) as min_commit_amount,
        cast(case when ahead_amount > 0 then ahead_amount when ahead_amount <= 0 then 0 end as decimal(18, 4))
            as above_minimum_amount,
        cast(case
            when ahead_amount < 0 and end_date >= {{ as_of() }} then -ahead_amount
            when ahead_amount is not null then 0
        end as decimal(18, 4)) as remaining_amount,
        cast(case
            when ahead_amount < 0 and end_date < {{ as_of() }} then -ahead_amount
            when ahead_amount is not null then 0
        end as decimal(18, 4)) as shortfall_amount,
        cast(due_amount as decimal(18, 4)) as due_amount,
        {{ ratio('invoiced_amount', 'min_commit', 4) }} as burnt_pct,
        cast(total_cap as decimal(18, 4)) as cap_amount,
        cast(total_cap - invoiced_amount as decimal(18, 4)) as left_under_cap_amount,
        last_billed_on,
        case
            when invoiced_amount is null then 'a bill has no exchange rate'
            when min_commit is null then 'no minimum commitment'
            when min_commit = 0 then 'minimum commitment of 0'
            when burnt_pct is null then 'minimum commitment too small'
        end as burnt_reason
    from compared
)

select * from final
order by contract_id
