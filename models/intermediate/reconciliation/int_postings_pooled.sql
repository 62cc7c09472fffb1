{{ config(materialized='view') }}

-- Fourth and fifth rule: what is left of a vendor's month against what is left to be posted for it. Card charges of the
-- first three days after a month are the month's as long as its claims are not used up.
with

tied as (
    select * from {{ ref('int_postings_named') }}
    union all
    select * from {{ ref('int_postings_alike') }}
),

pools as (
    select
        claims.vendor_id,
        claims.service_month,
        claims.currency,
        concat_ws('|', 'month', claims.vendor_id, cast(claims.service_month as varchar), claims.currency) as group_id,
        bool_or(claims.has_fee_lines) as has_fee_lines,
        sum(claims.line_count) as line_count,
        cast(sum(claims.expected_amount_doc) as decimal(18, 4)) as expected_amount_doc,
        cast(sum({{ at_delivery_rate('claims.expected_amount_doc', 'rates') }}) as decimal(18, 2)) as expected_amount
    from {{ ref('int_reconciliation_claims') }} as claims
    inner join {{ ref('int_reconciliation_rates') }} as rates
        on
            claims.vendor_id = rates.vendor_id
            and claims.service_month = rates.service_month
            and claims.currency = rates.currency
    left join tied on claims.claim_id = tied.claim_id
    where tied.claim_id is null and claims.bill_source <> 'extra'
    group by claims.vendor_id, claims.service_month, claims.currency
),

used as (
    select
        vendor_id,
        service_month,
        sum(sum(expected_amount)) over (
            partition by vendor_id order by service_month asc rows unbounded preceding
        ) as expected_so_far
    from pools
    group by vendor_id, service_month
),

left_over as (
    select
        postings.*,
        sum(postings.amount) over (
            partition by postings.vendor_id
            order by postings.posting_date asc, postings.entry_id asc, postings.service_month asc
            rows unbounded preceding
        ) as posted_so_far
    from {{ ref('int_reconciliation_postings') }} as postings
    left join tied on postings.entry_id = tied.entry_id and postings.service_month = tied.service_month
    where not postings.is_accrual and tied.entry_id is null
),

placed as (
    select
        left_over.*,
        used.vendor_id is not null as is_charge_before,
        coalesce(used.service_month, left_over.service_month) as pool_month
    from left_over
    left join used
        on
            left_over.vendor_id = used.vendor_id
            and {{ month_start(add_days('left_over.posting_date', -3)) }} = used.service_month
            and left_over.service_month > used.service_month
            and left_over.is_media
            and not left_over.has_service_dates
            and left_over.posted_so_far <= used.expected_so_far
),

candidates as (
    select
        placed.entry_id,
        placed.service_month,
        placed.amount,
        placed.is_charge_before,
        pools.group_id,
        pools.line_count,
        pools.expected_amount,
        pools.service_month as pool_month
    from placed
    inner join pools
        on
            placed.vendor_id = pools.vendor_id
            and placed.pool_month = pools.service_month
            and (placed.is_media or pools.has_fee_lines)
    qualify
        row_number() over (
            partition by placed.entry_id, placed.service_month
            order by (placed.currency = pools.currency) desc, abs(pools.expected_amount) desc, pools.currency asc
        ) = 1
),

summed as (
    select
        *,
        sum(amount) over (partition by group_id) as posted_amount
    from candidates
),

final as (
    select
        entry_id,
        service_month,
        group_id,
        case
            when bool_or(is_charge_before) over (partition by group_id) then 'card_charges'
            when abs(posted_amount - expected_amount) <= {{ rounding_tolerance('line_count') }} then 'many_to_one'
            else 'service_month'
        end as rule
    from summed
    -- Amounts that are nowhere near each other are not the same cost.
    where posted_amount * expected_amount > 0 and abs(posted_amount) between 0.5 * abs(expected_amount)
        and 2 * abs(expected_amount)
)

select * from final
