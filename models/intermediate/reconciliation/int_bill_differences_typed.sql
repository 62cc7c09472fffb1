{{ config(materialized='view') }}

-- From what was served to what was billed, one cause a row.
with

media as (
    select * from {{ ref('int_media_priced') }}
),

above_the_price as (
    select
        *,
        price_amount_doc as amount_doc,
        'price' as cause,
        'contract_price' as rule,
        0.9 as confidence
    from media
    where price_amount_doc <> 0
),

between_stated_and_billed as (
    select
        *,
        priced_amount_doc - stated_amount_doc as amount_doc,
        case when bill_source = 'platform' then 'platform_internal' else 'quantity' end as cause,
        'bill_states_delivery' as rule,
        1.0 as confidence
    from media
    where has_stated and priced_amount_doc <> stated_amount_doc
),

between_served_and_stated as (
    select
        *,
        known_amount_doc - served_amount_doc as amount_doc,
        case
            when served_amount_doc = 0 then 'missing_delivery'
            when is_told_before then 'restatement'
            when abs(known_amount_doc - served_amount_doc) <= tolerance then 'rounding'
            when has_stated then 'quantity'
            else 'unexplained'
        end as cause,
        case
            when served_amount_doc = 0 then 'no_delivery'
            when is_told_before then 'told_before'
            when has_stated then 'bill_states_delivery'
            else 'bill_against_delivery'
        end as rule,
        case when is_told_before or served_amount_doc = 0 then 1.0 when has_stated then 0.8 else 0.5 end as confidence
    from media
    where known_amount_doc <> served_amount_doc
),

media_differences as (
    select * from above_the_price
    union all
    select * from between_stated_and_billed
    union all
    select * from between_served_and_stated
),

other_lines as (
    select
        vendor_id,
        service_month,
        currency,
        bill_id,
        line_class as cause,
        amount as amount_doc
    from {{ ref('int_bill_lines_classified') }}
    where line_class in ('platform_credit', 'platform_internal', 'fee') and bill_source <> 'extra'
),

-- What a vendor billed beside the platform's own bill: once more, a fee, or for something no platform knows.
extra_lines as (
    select
        vendor_id,
        service_month,
        currency,
        bill_id,
        case
            when is_repeated then 'duplicate'
            when line_class = 'media' then 'missing_delivery'
            else line_class
        end as cause,
        amount as amount_doc
    from {{ ref('int_bill_lines_classified') }}
    where bill_source = 'extra' and line_class <> 'tax'
),

final as (
    select vendor_id, service_month, currency, bill_id, cause, amount_doc, rule, confidence, false as is_extra
    from media_differences
    union all
    select *, 'bill_line' as rule, 1.0 as confidence, false as is_extra from other_lines
    union all
    select *, 'bill_beside_the_platforms' as rule, 0.9 as confidence, true as is_extra from extra_lines
)

select
    vendor_id,
    service_month,
    currency,
    bill_id,
    cause,
    rule,
    is_extra,
    cast(min(confidence) as decimal(3, 2)) as confidence,
    cast(sum(amount_doc) as decimal(18, 4)) as amount_doc
from final
group by vendor_id, service_month, currency, bill_id, cause, rule, is_extra
