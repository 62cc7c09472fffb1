with

lines as (
    select * from {{ ref('int_ledger_lines_costed') }}
),

-- Media postings of a vendor whose delivery of that month is known are the same cost as that delivery.
delivered as (
    select
        vendor_id,
        service_month
    from {{ ref('int_delivery_months_summed') }}
    where vendor_id <> 'unmapped'
    group by vendor_id, service_month
    having sum(served_amount_doc) <> 0
),

days as (
    select
        entry_id,
        {{ each_day('service_start', 'service_end') }} as date_day
    from lines
),

months as (
    select distinct
        entry_id,
        {{ month_start('date_day') }} as service_month
    from days
),

placed as (
    select
        months.service_month,
        lines.*,
        {{ days_between('lines.service_start', 'lines.service_end') }} + 1 as day_count,
        greatest({{ days_between('lines.service_start', 'months.service_month') }}, 0) + 1 as first_position,
        least(
            {{ days_between('lines.service_start', "cast(months.service_month + interval '1' month as date)") }},
            {{ days_between('lines.service_start', 'lines.service_end') }} + 1
        ) as last_position,
        {{ cent_step('lines.amount_doc') }} as doc_step,
        lines.is_media and delivered.vendor_id is not null as is_explained_by_delivery
    from months
    inner join lines on months.entry_id = lines.entry_id
    left join delivered on lines.vendor_id = delivered.vendor_id and months.service_month = delivered.service_month
),

-- Evenly by day with cumulative rounding: a month's part is that of its days, and the months sum to the line.
final as (
    select
        entry_id,
        service_month,
        vendor_id,
        campaign_id,
        platform,
        channel,
        department_id,
        spend_category,
        is_accrual,
        has_service_dates,
        is_explained_by_delivery,
        currency,
        {{ from_units(even_part(
            whole_quotient(as_units('amount_doc', 4), 'doc_step'), 'first_position', 'last_position', 'day_count'
        ) ~ ' * doc_step', 4) }} as amount_doc,
        {{ from_units(even_part(as_units('amount', 2), 'first_position', 'last_position', 'day_count')) }} as amount,
        service_start,
        first_position,
        last_position,
        day_count,
        doc_step,
        amount_doc as line_amount_doc,
        amount as line_amount
    from placed
)

select * from final
