-- An ad account's month as served beside the media billed for it, and what of the difference the documents say.
with

served as (
    select * from {{ ref('int_delivery_months_valued') }}
),

lines as (
    select * from {{ ref('int_bill_lines_classified') }}
    where line_class = 'media' and bill_source <> 'extra'
),

billed as (
    select
        vendor_id,
        service_month,
        currency,
        account_id,
        min(bill_source) as bill_source,
        {{ value_of_largest('bill_id', 'amount') }} as bill_id,
        count(*) as line_count,
        cast(sum(amount) as decimal(18, 4)) as billed_amount_doc,
        cast(case when count(*) = count(served_amount) then sum(served_amount) end as decimal(18, 4))
            as stated_amount_doc
    from lines
    group by vendor_id, service_month, currency, account_id
),

-- A bill that names no account is for all of them.
whole as (
    select distinct
        vendor_id,
        service_month,
        currency
    from billed
    where account_id = '(all)'
),

delivered as (
    select
        served.vendor_id,
        served.service_month,
        served.currency,
        case when whole.vendor_id is null then served.account_id else '(all)' end as account_id,
        cast(sum(served.served_amount_doc) as decimal(18, 4)) as served_amount_doc
    from served
    left join whole
        on
            served.vendor_id = whole.vendor_id
            and served.service_month = whole.service_month
            and served.currency = whole.currency
    group by
        served.vendor_id, served.service_month, served.currency,
        case when whole.vendor_id is null then served.account_id else '(all)' end
),

told as (
    select distinct
        restated.vendor_id,
        restated.service_month,
        restated.currency,
        restated.account_id,
        restated.told_amount_doc
    from {{ ref('int_delivery_months_restated') }} as restated
),

joined as (
    select
        coalesce(delivered.vendor_id, billed.vendor_id) as vendor_id,
        coalesce(delivered.service_month, billed.service_month) as service_month,
        coalesce(delivered.currency, billed.currency) as currency,
        coalesce(delivered.account_id, billed.account_id) as account_id,
        billed.bill_id,
        billed.bill_source,
        coalesce(delivered.served_amount_doc, 0) as served_amount_doc,
        billed.billed_amount_doc,
        coalesce(billed.stated_amount_doc, billed.billed_amount_doc) as stated_amount_doc,
        billed.stated_amount_doc is not null as has_stated,
        {{ rounding_tolerance('coalesce(billed.line_count, 1)') }} as tolerance
    from delivered
    full outer join billed
        on
            delivered.vendor_id = billed.vendor_id
            and delivered.service_month = billed.service_month
            and delivered.currency = billed.currency
            and delivered.account_id = billed.account_id
),

final as (
    select
        joined.*,
        told.account_id is not null as is_told_before
    from joined
    left join told
        on
            joined.vendor_id = told.vendor_id
            and joined.service_month = told.service_month
            and joined.currency = told.currency
            and joined.account_id = told.account_id
            and joined.stated_amount_doc = told.told_amount_doc
)

select * from final
