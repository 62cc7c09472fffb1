{{ config(materialized='view') }}

-- Contracts that renew themselves, from 60 days before notice must be given: what a year of them costs.
with

contracts as (
    select
        *,
        {{ add_days('end_date', '-coalesce(notice_days, 0)') }} as deadline
    from {{ ref('stg_procurement__contracts') }}
    where auto_renew
),

-- Bills of the last year under the contract, else those of its vendor that name none.
billed as (
    select
        contracts.contract_id,
        lines.contract_id is null as is_assumed,
        count(distinct lines.service_month) as month_count,
        sum(lines.net_amount) as spent_doc
    from contracts
    inner join {{ ref('int_invoice_lines_costed') }} as lines
        on
            (
                contracts.contract_id = lines.contract_id
                or (lines.contract_id is null and contracts.vendor_id = lines.vendor_id)
            )
            and contracts.currency = lines.currency
            and lines.service_month > {{ add_days(as_of(), -365) }}
            and contracts.end_date >= lines.service_month
    group by contracts.contract_id, lines.contract_id is null
    having sum(lines.net_amount) > 0
    qualify row_number() over (partition by contracts.contract_id order by lines.contract_id is null) = 1
),

renewing as (
    select
        contracts.*,
        billed.month_count,
        billed.spent_doc
    from contracts
    left join billed on contracts.contract_id = billed.contract_id
    where {{ add_days('contracts.deadline', -60) }} <= {{ as_of() }}
),

renewals as (
    select
        renewing.*,
        rates.multiplier,
        rates.divisor,
        coalesce(
            {{ from_units(divide_half_even(as_units('spent_doc', 4) ~ ' * 12', 'month_count'), 4) }},
            renewing.min_commit
        ) as part_doc
    from renewing
    left join {{ ref('int_fx_rates_daily') }} as rates
        on renewing.currency = rates.currency and rates.date_day = {{ as_of() }}
),

final as (
    select
        'renewal_window' as detector,
        'renewal_window:' || contract_id || '/' || cast(end_date as varchar) as claim_id,
        'avoidance' as class,
        vendor_id,
        {{ add_days('deadline', -60) }} as found_on,
        deadline as expires_on,
        'renewal:' || contract_id as purse,
        {{ home_amount('part_doc', 'currency', 'renewals') }} as purse_amount,
        currency,
        cast(part_doc as decimal(18, 4)) as amount_doc,
        {{ home_amount('part_doc', 'currency', 'renewals') }} as amount,
        {{ evidence([('contract', 'contract_id')]) }} as evidence,
        'Renews itself on ' || cast(end_date as varchar) || '; notice until ' || cast(deadline as varchar)
        || '; exposure of a year, not a saving' as explanation
    from renewals
)

select * from final
