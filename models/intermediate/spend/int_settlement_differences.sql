-- What a vendor's ledger holds for a settled month beyond its delivery: prices, credits of other months, repeated postings.
with

tied as (
    select * from {{ ref('int_vendor_months_tied') }}
    where is_settled
),

posted as (
    select
        days.vendor_id,
        days.service_month,
        days.department_id,
        days.channel,
        min(days.spend_category) as spend_category,
        sum(days.amount_doc) as amount_doc,
        sum(days.amount) as amount,
        abs(sum(days.amount)) as weight,
        true as is_posted
    from {{ ref('int_ledger_days_explained') }} as days
    inner join tied on days.vendor_id = tied.vendor_id and days.service_month = tied.service_month
    where days.is_explained_by_delivery and not (tied.settles_invoiced_only and days.is_accrual)
    group by days.vendor_id, days.service_month, days.department_id, days.channel
),

delivered as (
    select
        vendor_id,
        service_month,
        department_id,
        channel,
        min(spend_category) as spend_category,
        -sum(amount_doc) as amount_doc,
        -sum(amount) as amount,
        cast(0 as decimal(38, 2)) as weight,
        false as is_posted
    from {{ ref('int_delivery_settled') }}
    where is_settled
    group by vendor_id, service_month, department_id, channel
),

sides as (
    select * from posted
    union all
    select * from delivered
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
        max(weight) as weight,
        bool_or(not is_posted) as is_delivered_to
    from sides
    group by vendor_id, service_month, department_id, channel
),

totals as (
    select
        *,
        sum(amount_doc) over vendor_month as difference_doc,
        sum(amount) over vendor_month as difference,
        bool_and(is_delivered_to) over vendor_month as is_alike
    from cells
    window vendor_month as (partition by vendor_id, service_month)
),

-- Where the ledger names only departments and channels that were delivered to, the difference is that of the one which
-- differs most; else it belongs to the largest posting.
differences as (
    select totals.*
    from totals
    qualify row_number() over (
        partition by vendor_id, service_month
        order by
            case when is_alike then amount * sign(difference) else weight end desc,
            department_id asc,
            channel asc
    ) = 1
),

final as (
    select
        {{ add_days("cast(differences.service_month + interval '1' month as date)", -1) }} as date_day,
        differences.vendor_id,
        differences.channel,
        differences.department_id,
        differences.spend_category,
        case when tied.is_one_currency then tied.currency else {{ setting('home_currency') }} end as currency,
        cast(case when tied.is_one_currency then differences.difference_doc else differences.difference end as decimal(18, 4)) as amount_doc,
        cast(differences.difference as decimal(18, 2)) as amount
    from differences
    inner join tied on differences.vendor_id = tied.vendor_id and differences.service_month = tied.service_month
    where differences.difference <> 0 or (tied.is_one_currency and differences.difference_doc <> 0)
)

select * from final
