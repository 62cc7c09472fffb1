with

delivery as (
    select
        priced.*,
        allotted.billed_amount_doc as month_billed_amount_doc
    from {{ ref('int_delivery_priced') }} as priced
    left join {{ ref('int_bills_allotted') }} as allotted
        on
            priced.vendor_id = allotted.vendor_id
            and priced.service_month = allotted.service_month
            and priced.currency = allotted.currency
            and priced.account_id = allotted.account_id
            and priced.platform = allotted.platform
            and priced.campaign_id = allotted.campaign_id
),

divided as (
    select * from {{ largest_remainder(
        'delivery', 'month_billed_amount_doc', 'served_amount_doc',
        ['vendor_id', 'service_month', 'currency', 'account_id', 'platform', 'campaign_id'],
        ['date_day'], 'day_billed_amount_doc'
    ) }}
),

-- Served until it is invoiced, then what was billed for it.
costed as (
    select
        *,
        month_billed_amount_doc is not null as is_invoiced,
        coalesce(day_billed_amount_doc, served_amount_doc) as amount_doc
    from divided
),

final as (
    select
        date_day,
        service_month,
        vendor_id,
        platform,
        account_id,
        campaign_id,
        channel,
        department_id,
        spend_category,
        currency,
        served_amount_doc,
        is_invoiced,
        amount_doc,
        {{ home_amount('amount_doc', 'currency', 'costed') }} as amount
    from costed
)

select * from final
