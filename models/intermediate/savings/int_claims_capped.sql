-- The claim ledger, but for renewals, which share their evidence with nothing: in the fixed order each claim takes from
-- a purse at most what earlier ones left.
with

claims as (
    {% for family in [
        'int_duplicates_found', 'int_overpayments_found', 'int_overbilling_found', 'int_deliveries_linked',
        'int_service_after_end_found', 'int_contract_prices_found', 'int_commissions_found', 'int_uplifts_found',
        'int_fx_losses_found', 'int_rebates_found', 'int_taxes_found', 'int_fees_found', 'int_tail_vendors_found',
        'int_below_margin_found', 'int_stale_orders_found',
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            detector,
            claim_id,
            class,
            vendor_id,
            found_on,
            expires_on,
            purse,
            purse_amount,
            currency,
            amount_doc,
            amount,
            evidence, explanation
        from {{ ref(family) }}
    {% endfor %}
),

ordered as (
    select
        claims.*,
        detectors.order_no,
        detectors.stage,
        max(claims.purse_amount) over (partition by claims.purse) as purse_worth,
        sum(case when detectors.stage in ('document', 'quantity') then claims.amount else 0 end) over (
            partition by claims.purse
        ) as gone_before_prices
    from claims
    inner join {{ ref('int_detectors_ordered') }} as detectors on claims.detector = detectors.detector
),

-- A price claim is about the quantity that survived the claims on documents and quantities.
surviving as (
    select
        *,
        case
            when stage = 'price' and gone_before_prices > 0
                then {{ from_units(divide_half_even(
                    as_units('amount', 2) ~ ' * greatest(' ~ as_units('purse_worth', 2) ~ ' - '
                    ~ as_units('gone_before_prices', 2) ~ ', 0)', as_units('purse_worth', 2)
                )) }}
            else amount
        end as estimate
    from ordered
),

taken as (
    select
        *,
        case when estimate is not null and purse_worth is not null then greatest(least(
                    estimate,
                    purse_worth - coalesce(sum(estimate) over (
                        partition by purse order by order_no, claim_id, found_on, amount_doc
                        rows between unbounded preceding and 1 preceding
                    ), 0)
                ), 0)
        end as claimable
    from surviving
),

final as (
    select
        detector,
        claim_id,
        class,
        vendor_id,
        found_on,
        expires_on,
        purse,
        cast(purse_worth as decimal(18, 2)) as purse_amount,
        currency,
        amount_doc,
        cast(amount as decimal(18, 2)) as gross_amount,
        cast(claimable as decimal(18, 2)) as claimable_amount,
        evidence,
        explanation
    from taken
)

select * from final
