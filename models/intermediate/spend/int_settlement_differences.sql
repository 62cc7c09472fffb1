{{ config(materialized='view') }}

-- What a vendor's ledger holds for a settled month beyond its delivery: prices, other months' credits, repeated bills.
with

tied as (
    select * from {{ ref('int_vendor_months_tied') }}
    where is_settled
),

sides as (
    select
        months.vendor_id,
        months.service_month,
        months.department_id,
        months.channel,
        months.spend_category,
        months.amount_doc,
        months.amount,
        months.amount as posted_amount,
        false as is_delivered_to
    from {{ ref('int_ledger_months_explained') }} as months
    inner join tied on months.vendor_id = tied.vendor_id and months.service_month = tied.service_month
    where months.is_explained_by_delivery and not (tied.settles_invoiced_only and months.is_accrual)
    union all
    select
        vendor_id,
        service_month,
        department_id,
        channel,
        spend_category,
        -amount_doc as amount_doc,
        -amount as amount,
        0 as posted_amount,
        true as is_delivered_to
    from {{ ref('int_delivery_settled') }}
    where is_settled
),

cells as (
    select
        vendor_id,
        service_month,
        department_id,
        channel,
        max(spend_category) as spend_category,
        sum(amount_doc) as amount_doc,
        sum(amount) as amount,
        abs(sum(posted_amount)) as posted_amount,
        bool_or(is_delivered_to) as is_delivered_to
    from sides
    group by vendor_id, service_month, department_id, channel
),

totals as (
    select
        *,
        sum(amount_doc) over (partition by vendor_id, service_month) as difference_doc,
        sum(amount) over (partition by vendor_id, service_month) as difference,
        bool_and(is_delivered_to) over (partition by vendor_id, service_month) as is_alike
    from cells
),

-- Where the ledger names only departments and channels that were delivered to, the difference is that of the one which
-- differs most; else it belongs to the largest posting.
placed as (
    select * from totals
    qualify
        row_number() over (
            partition by vendor_id, service_month
            order by
                case when is_alike then amount * sign(difference) else posted_amount end desc,
                department_id asc,
                channel asc
        ) = 1
),

final as (
    select
        {{ add_days("cast(placed.service_month + interval '1' month as date)", -1) }} as date_day,
        placed.vendor_id,
        channel,
        department_id,
        spend_category,
        case when is_one_currency then tied.currency else {{ setting('home_currency') }} end as currency,
        cast(case when is_one_currency then difference_doc else difference end as decimal(18, 4)) as amount_doc,
        cast(difference as decimal(18, 2)) as amount
    from placed
    inner join tied on placed.vendor_id = tied.vendor_id and placed.service_month = tied.service_month
    where difference <> 0 or (is_one_currency and difference_doc <> 0)
)

select * from final
