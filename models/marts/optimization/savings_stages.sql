with

claims as (
    select * from {{ ref('savings_opportunities') }}
),

realised as (
    select * from {{ ref('int_savings_credited') }}
    union all
    select * from {{ ref('int_savings_repriced') }}
),

joined as (
    select
        coalesce(claims.claim_id, agreed.claim_id) as claim_id,
        coalesce(claims.detector, agreed.detector, '(unknown)') as detector,
        coalesce(claims.class, agreed.class, '(unknown)') as class,
        coalesce(claims.vendor_id, '(none)') as vendor_id,
        claims.claim_id is not null as is_still_found,
        case claims.class when 'run_rate' then claims.annualised_amount else claims.claimable_amount end
            as found_amount,
        agreed.agreed_on,
        agreed.agreed_by,
        agreed.effective_from,
        agreed.note,
        agreed.baseline_id,
        agreed.agreed_amount,
        agreed.claim_id is not null as is_agreed,
        realised.realised_amount
    from claims
    full outer join {{ ref('int_savings_agreed') }} as agreed on claims.claim_id = agreed.claim_id
    left join realised on agreed.claim_id = realised.claim_id
),

-- One-off money is realised once its credit is booked; of a run rate, what prices have saved so far.
measured as (
    select
        *,
        class in {{ saving_classes() }} as counts_as_saving,
        {{ claim_recurrence('class') }} as recurrence,
        case
            when not is_agreed then 'not agreed'
            when class not in {{ saving_classes() }} then class || ' is no saving'
            when effective_from > {{ as_of() }} then 'takes effect on ' || cast(effective_from as varchar)
            when class = 'run_rate' and detector <> 'uncontracted_buying'
                then 'not bought by the piece: no price to compare'
            when class = 'run_rate' and realised_amount is null then 'nothing of it was bought since'
        end as why_not,
        least(12, greatest(1, cast(round({{ days_between('effective_from', as_of()) }} / 30.4375, 0) as integer)))
            as month_count
    from joined
),

final as (
    select
        claim_id,
        detector,
        class,
        vendor_id,
        counts_as_saving,
        recurrence,
        case
            when realised_amount >= agreed_amount and why_not is null then 'realised'
            when is_agreed then 'agreed'
            else 'identified'
        end as stage,
        is_still_found,
        cast(coalesce(found_amount, case when not is_still_found then agreed_amount end) as decimal(18, 2))
            as identified_amount,
        agreed_amount,
        cast(case when why_not is null then coalesce(realised_amount, 0) end as decimal(18, 2)) as realised_amount,
        cast(case when why_not is null and recurrence = 'monthly' then {{ from_units(divide_half_even(
            as_units('realised_amount', 2) ~ ' * 12', 'month_count'
        )) }} end as decimal(18, 2)) as realised_annualised_amount,
        agreed_on,
        agreed_by,
        effective_from,
        baseline_id,
        note,
        case when is_still_found and found_amount is null then 'no amount is known' end as identified_reason,
        case
            when not is_agreed then 'not agreed'
            when agreed_amount is null then 'no exchange rate on the day of the agreement'
        end as agreed_reason,
        why_not as realised_reason
    from measured
)

select * from final
order by claim_id
