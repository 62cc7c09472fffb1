with

delivery as (
    select
        billed.*,
        tied.ledger_amount as month_ledger_amount,
        tied.settled_amount as month_settled_amount,
        tied.settled_amount_doc as month_settled_amount_doc,
        coalesce(tied.standing_accrual_amount, 0) <> 0 as has_standing_accrual,
        coalesce(tied.is_settled and (billed.is_invoiced or not tied.settles_invoiced_only), false) as is_settled,
        coalesce(tied.is_one_currency and billed.currency <> {{ setting('home_currency') }}, false) as is_foreign
    from {{ ref('int_delivery_billed') }} as billed
    left join {{ ref('int_vendor_months_tied') }} as tied
        on billed.vendor_id = tied.vendor_id and billed.service_month = tied.service_month
),

-- Settled delivery in a foreign currency costs what the ledger booked for it, at the ledger's own rate.
foreign_months as (
    select
        vendor_id,
        service_month,
        {{ from_units(divide_half_even(
            as_units('sum(amount_doc)', 4) ~ ' * ' ~ as_units('max(month_settled_amount)', 2),
            as_units('max(month_settled_amount_doc)', 4)
        )) }} as month_booked_amount
    from delivery
    where is_settled and is_foreign and month_settled_amount_doc <> 0
    group by vendor_id, service_month
),

booked as (
    select
        delivery.*,
        foreign_months.month_booked_amount
    from delivery
    inner join foreign_months
        on delivery.vendor_id = foreign_months.vendor_id and delivery.service_month = foreign_months.service_month
    where delivery.is_settled
),

rated as (
    select
        {{ all_but(['amount', 'month_booked_amount', 'booked_amount']) }},
        coalesce(booked_amount, amount) as amount
    from {{ largest_remainder(
        'booked', 'month_booked_amount', 'amount_doc', ['vendor_id', 'service_month'],
        ['date_day', 'platform', 'account_id', 'campaign_id', 'currency'], 'booked_amount'
    ) }}
    union all
    select
        {{ all_but(['amount'], 'delivery') }},
        delivery.amount
    from delivery
    left join foreign_months
        on delivery.vendor_id = foreign_months.vendor_id and delivery.service_month = foreign_months.service_month
    where foreign_months.vendor_id is null or not delivery.is_settled
),

-- Postings that do not settle the month yet (accruals, part bills) stand on its rows; the rest is our own accrual.
unsettled as (
    select
        *,
        month_ledger_amount - month_settled_amount as month_standing_amount
    from rated
    where not is_settled and month_ledger_amount is not null
),

stood as (
    select {{ all_but(['month_standing_amount']) }}
    from {{ largest_remainder(
        'unsettled', 'month_standing_amount', 'served_amount_doc', ['vendor_id', 'service_month'],
        ['date_day', 'platform', 'account_id', 'campaign_id', 'currency'], 'ledger_amount'
    ) }}
    union all
    select *, case when is_settled then amount else 0 end as ledger_amount
    from rated
    where is_settled or month_ledger_amount is null
)

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
    amount_doc,
    cast(amount as decimal(18, 2)) as amount,
    cast(coalesce(ledger_amount, 0) as decimal(18, 2)) as ledger_amount,
    is_settled,
    is_invoiced or is_settled as is_invoiced,
    has_standing_accrual
from stood
