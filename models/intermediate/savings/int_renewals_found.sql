{{ config(materialized='view') }}

-- Contracts that renew themselves, from 60 days before notice must be given, with a vendor graded D or billed a tenth
-- less in the last three whole months than in the three before: what a year of them costs.
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

recent as (
    select
        contracts.contract_id,
        sum(case when lines.service_month > {{ add_days('months.last_day', -92) }} then lines.net_amount else 0 end)
            as late_doc,
        sum(case when lines.service_month <= {{ add_days('months.last_day', -92) }} then lines.net_amount else 0 end)
            as early_doc
    from contracts
    cross join {{ ref('int_scorecard_months') }} as months
    inner join {{ ref('int_invoice_lines_costed') }} as lines
        on
            contracts.vendor_id = lines.vendor_id and contracts.currency = lines.currency
            and contracts.contract_id = coalesce(lines.contract_id, contracts.contract_id)
            and {{ add_days('months.last_day', -184) }} < lines.service_month
            and months.last_day >= lines.service_month
    group by contracts.contract_id
),

renewing as (
    select
        contracts.*,
        billed.month_count,
        billed.spent_doc,
        case when graded.grade = 'D' then 'its vendor is graded D' else 'less of it is used' end as finding
    from contracts
    left join billed on contracts.contract_id = billed.contract_id
    left join recent on contracts.contract_id = recent.contract_id
    left join {{ ref('int_vendors_graded') }} as graded on contracts.vendor_id = graded.vendor_id
    where
        {{ add_days('contracts.deadline', -60) }} <= {{ as_of() }}
        and (graded.grade = 'D' or recent.late_doc < 0.9 * recent.early_doc)
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
        || '; ' || finding || '; exposure of a year, not a saving' as explanation
    from renewals
)

select * from final
