{{ config(materialized='view') }}

-- Run rates of what is bought by the piece: the price effect on what was really bought since, against the mean price of
-- the twelve months before, whoever sold it. An item counts for the agreement that took effect first.
with

lines as (
    select
        *,
        coalesce(service_start, invoice_date) as price_day
    from {{ ref('int_invoice_lines_costed') }}
    where qty > 0 and net_amount > 0 and not is_credit and item_key is not null and unit is not null
),

watched as (
    select
        agreed.claim_id,
        agreed.effective_from,
        lines.item_key,
        lines.unit,
        lines.currency
    from {{ ref('int_savings_agreed') }} as agreed
    inner join {{ ref('int_claims_capped') }} as claims on agreed.claim_id = claims.claim_id
    inner join lines on claims.purse = lines.purse
    where agreed.class = 'run_rate' and agreed.detector = 'uncontracted_buying'
    qualify
        row_number() over (
            partition by lines.item_key, lines.unit, lines.currency order by agreed.effective_from, agreed.claim_id
        ) = 1
),

before_it as (
    select
        watched.claim_id,
        sum(lines.net_amount) as net_doc,
        sum(lines.qty) as qty
    from watched
    inner join lines
        on
            watched.item_key = lines.item_key and watched.unit = lines.unit and watched.currency = lines.currency
            and {{ add_days('watched.effective_from', -365) }} <= lines.price_day
            and watched.effective_from > lines.price_day
    group by watched.claim_id
),

since as (
    select
        watched.claim_id,
        lines.currency,
        lines.multiplier,
        lines.divisor,
        cast({{ round_half_even(
            product('lines.qty', 6, 'cast(before_it.net_doc / nullif(before_it.qty, 0) as decimal(18, 6))')
            ~ ' - lines.net_amount', 4
        ) }} as decimal(18, 4)) as effect_doc
    from watched
    inner join before_it on watched.claim_id = before_it.claim_id
    inner join lines
        on
            watched.item_key = lines.item_key and watched.unit = lines.unit and watched.currency = lines.currency
            and watched.effective_from <= lines.price_day
            and {{ add_days('watched.effective_from', 365) }} > lines.price_day
),

-- A dearer price takes from what the cheaper ones saved.
final as (
    select
        claim_id,
        cast(sum({{ home_amount('effect_doc', 'currency', 'since') }}) as decimal(18, 2)) as realised_amount
    from since
    group by claim_id
)

select * from final
