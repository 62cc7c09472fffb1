-- What was billed for each order line: the line a bill names, the one of its campaign, else all of the order pro rata.
with

lines as (
    select * from {{ ref('int_order_lines_prepared') }}
),

bills as (
    select
        *,
        false as is_recorded
    from {{ ref('int_order_bills_collected') }}
    union all
    select
        *,
        true as is_recorded
    from {{ ref('int_order_records_collected') }}
),

candidates as (
    select
        bills.*,
        lines.line_no,
        lines.currency as order_currency,
        lines.ordered_amount,
        case
            when bills.po_line_no = lines.line_no then 1
            when bills.campaign_id = lines.campaign_id then 2
            else 3
        end as fit
    from bills
    inner join lines on bills.po_id = lines.po_id
),

meant as (
    select
        *,
        row_number() over (partition by bill_key order by line_no asc) as position,
        count(*) over (partition by bill_key) as line_count
    from (
        select * from candidates
        qualify fit = min(fit) over (partition by bill_key)
    ) as fitting
),

divided as (
    select * from {{ largest_remainder(
        'meant', 'amount', 'ordered_amount', ['bill_key'], ['line_no'], 'divided_amount'
    ) }}
),

parted as (
    select
        divided.*,
        case
            when line_count = 1 then amount
            else coalesce(divided_amount, case when position = 1 then amount else 0 end)
        end as bill_amount
    from divided
),

rated as (
    select
        parted.*,
        case when parted.currency = {{ setting('home_currency') }} then 1 else bill_rates.multiplier end
            as bill_multiplier,
        case when parted.currency = {{ setting('home_currency') }} then 1 else bill_rates.divisor end as bill_divisor,
        case when parted.order_currency = {{ setting('home_currency') }} then 1 else order_rates.multiplier end
            as order_multiplier,
        case when parted.order_currency = {{ setting('home_currency') }} then 1 else order_rates.divisor end
            as order_divisor
    from parted
    left join {{ ref('int_fx_rates_daily') }} as bill_rates
        on parted.currency = bill_rates.currency and parted.bill_date = bill_rates.date_day
    left join {{ ref('int_fx_rates_daily') }} as order_rates
        on parted.order_currency = order_rates.currency and parted.bill_date = order_rates.date_day
),

-- In the order's currency, and in home currency at the rate of the bill's day.
final as (
    select
        bill_key,
        po_id,
        line_no,
        invoice_id,
        invoice_number,
        vendor_id,
        bill_date,
        service_day,
        is_redelivered,
        is_recorded,
        currency,
        bill_amount,
        case
            when currency = order_currency then bill_amount
            else {{ from_units(divide_half_even(
                as_units('bill_amount', 4) ~ ' * ' ~ as_units('bill_multiplier', 8)
                ~ ' * ' ~ as_units('order_divisor', 8),
                as_units('bill_divisor', 8) ~ ' * ' ~ as_units('order_multiplier', 8)
            ), 4) }}
        end as amount_doc,
        {{ home_amount('bill_amount', 'currency', 'rated_bills') }} as amount
    from (
        select
            *,
            bill_multiplier as multiplier,
            bill_divisor as divisor
        from rated
    ) as rated_bills
)

select * from final
