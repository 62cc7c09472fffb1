{{ config(materialized='view') }}

-- Media as billed, with what of it lies above the contract's price.
with

bridged as (
    select
        media.*,
        case when media.has_stated then media.stated_amount_doc else media.served_amount_doc end as measured_amount_doc,
        coalesce(prices.excess_amount_doc, 0) as excess_amount_doc
    from {{ ref('int_media_bridged') }} as media
    left join {{ ref('int_bill_prices_exceeded') }} as prices
        on media.vendor_id = prices.vendor_id and media.bill_id = prices.bill_id
    where media.bill_id is not null
),

-- No more than is billed above what was measured.
priced as (
    select
        *,
        case
            when served_amount_doc = 0 or is_told_before then 0
            else least(excess_amount_doc, greatest(billed_amount_doc - measured_amount_doc, 0))
        end as price_amount_doc
    from bridged
),

final as (
    select
        *,
        billed_amount_doc - case when has_stated then price_amount_doc else 0 end as priced_amount_doc,
        stated_amount_doc - case when has_stated then 0 else price_amount_doc end as known_amount_doc
    from priced
)

select * from final
