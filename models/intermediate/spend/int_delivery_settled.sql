with

delivery as (
    select
        billed.*,
        tied.ledger_amount as month_ledger_amount,
        tied.settled_amount as month_settled_amount,
        tied.settled_amount_doc as month_settled_amount_doc,
        tied.is_one_currency,
        coalesce(tied.standing_accrual_amount, 0) <> 0 as has_standing_accrual,
        coalesce(tied.is_settled and (billed.is_invoiced or not tied.settles_invoiced_only), false) as is_settled
    from {{ ref('int_delivery_billed') }} as billed
    left join {{ ref('int_vendor_months_tied') }} as tied
        on billed.vendor_id = tied.vendor_id and billed.service_month = tied.service_month
),

-- Settled delivery in a foreign currency costs what the ledger booked for it, at the ledger's own rate.
booked as (
    select
        *,
        case
            when is_settled and is_one_currency and currency <> {{ setting('home_currency') }} then
                {{ from_units(divide_half_even(
                    'sum(' ~ as_units('amount_doc', 4) ~ ') over (partition by vendor_id, service_month, is_settled) * '
                        ~ as_units('month_settled_amount', 2),
                    as_units('nullif(month_settled_amount_doc, 0)', 4)
                )) }}
        end as month_booked_amount
    from delivery
),

rated as (
    select * from {{ largest_remainder(
        'booked', 'month_booked_amount', 'amount_doc', ['vendor_id', 'service_month', 'is_settled'],
        ['date_day', 'platform', 'account_id', 'campaign_id', 'currency'], 'booked_amount'
    ) }}
),

in_home_currency as (
    select
        * exclude (amount),
        coalesce(cast(booked_amount as decimal(18, 2)), amount) as amount,
        case when not is_settled then month_ledger_amount - month_settled_amount end as month_unsettled_amount
    from rated
),

-- Postings that do not settle the month yet (accruals, part bills) stand on its rows; the rest is our own accrual.
stood as (
    select * from {{ largest_remainder(
        'in_home_currency', 'month_unsettled_amount', 'served_amount_doc',
        ['vendor_id', 'service_month', 'is_settled'],
        ['date_day', 'platform', 'account_id', 'campaign_id', 'currency'], 'standing_amount'
    ) }}
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
        amount_doc,
        amount,
        case when is_settled then amount else coalesce(cast(standing_amount as decimal(18, 2)), 0) end as ledger_amount,
        is_settled,
        is_invoiced or is_settled as is_invoiced,
        has_standing_accrual
    from stood
)

select * from final
