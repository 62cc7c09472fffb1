with

parts as (
    {% set columns = 'detector, claim_id, class, vendor_id, found_on, expires_on, currency, amount_doc, evidence' -%}
    select {{ columns }}, explanation, gross_amount, claimable_amount
    from {{ ref('int_claims_capped') }}
    union all
    select {{ columns }}, explanation, amount as gross_amount, amount as claimable_amount
    from {{ ref('int_renewals_found') }}
),

claims as (
    select
        detector,
        claim_id,
        class,
        vendor_id,
        max(found_on) as found_on,
        max(expires_on) as expires_on,
        currency,
        sum(amount_doc) as gross_amount_doc,
        -- An amount without a rate leaves the sum unknown.
        case when count(*) = count(gross_amount) then sum(gross_amount) end as gross_amount,
        case when count(*) = count(claimable_amount) then sum(claimable_amount) end as claimable_amount,
        max(evidence) as evidence,
        max(explanation) as explanation
    from parts
    group by detector, claim_id, class, vendor_id, currency
),

observed as (
    select * from {{ ref('int_savings_months_observed') }}
),

final as (
    select
        claims.detector,
        claims.claim_id,
        claims.class,
        coalesce(claims.vendor_id, '(none)') as vendor_id,
        claims.found_on,
        claims.expires_on,
        claims.currency,
        cast(claims.gross_amount_doc as decimal(18, 4)) as gross_amount_doc,
        cast(claims.gross_amount as decimal(18, 2)) as gross_amount,
        cast(claims.claimable_amount as decimal(18, 2)) as claimable_amount,
        cast(claims.gross_amount - claims.claimable_amount as decimal(18, 2)) as overlap_amount,
        {{ claim_recurrence('claims.class') }} as recurrence,
        cast(case when claims.class <> 'run_rate' then claims.claimable_amount else 0 end as decimal(18, 2))
            as one_off_amount,
        cast(case
            when claims.class <> 'run_rate' or claims.found_on < observed.year_start then 0
            else {{ from_units(divide_half_even(
                as_units('claims.claimable_amount', 2), 'observed.month_count'
            )) }}
        end as decimal(18, 2)) as monthly_amount,
        cast(case
            when claims.class <> 'run_rate' or claims.found_on < observed.year_start then 0
            else {{ from_units(divide_half_even(
                as_units('claims.claimable_amount', 2) ~ ' * 12', 'observed.month_count'
            )) }}
        end as decimal(18, 2)) as annualised_amount,
        claims.class in {{ saving_classes() }} as counts_as_saving,
        claims.evidence,
        claims.explanation,
        case
            when claims.gross_amount is null then 'unpriced'
            when claims.expires_on < {{ as_of() }} then 'expired'
            when claims.claimable_amount = 0 then 'covered'
            else 'identified'
        end as status,
        case
            when claims.detector = 'tail_vendor' and claims.gross_amount_doc is null
                then 'the company does not say what keeping a vendor costs'
            when claims.gross_amount_doc is null then 'nothing billed that would show what it is worth'
            when claims.gross_amount is null then 'no exchange rate for ' || claims.currency
        end as amount_reason
    from claims
    cross join observed
)

select * from final
order by detector, claim_id
