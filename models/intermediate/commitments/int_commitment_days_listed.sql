-- What orders and announced flights will still cost, dated once a fiscal period: an open order evenly over the days it
-- has left, what was received or billed and is no actual yet on its own day.
with

lines as (
    select * from {{ ref('int_commitments_valued') }}
),

periods as (
    select * from {{ run_input('fiscal_calendar') }}
    where period_kind = 'period'
),

parted as (
    select
        ranges.kind,
        ranges.department_id,
        ranges.channel,
        ranges.spend_category,
        least(ranges.end_date, periods.end_date) as date_day,
        {{ from_units(even_part(
            as_units('ranges.amount', 2),
            days_between('ranges.start_date', 'greatest(ranges.first_day, periods.start_date)') ~ ' + 1',
            days_between('ranges.start_date', 'least(ranges.end_date, periods.end_date)') ~ ' + 1',
            '(' ~ days_between('ranges.start_date', 'ranges.end_date') ~ ' + 1)'
        )) }} as amount
    from {{ ref('int_commitment_ranges_listed') }} as ranges
    inner join periods on ranges.first_day <= periods.end_date and ranges.end_date >= periods.start_date
),

unioned as (
    select * from parted
    union all
    select
        'accrued' as kind,
        department_id,
        channel,
        spend_category,
        last_received_on as date_day,
        committed_accrued_amount as amount
    from lines
    where committed_accrued_amount is distinct from 0
    union all
    select
        'unposted' as kind,
        lines.department_id,
        lines.channel,
        lines.spend_category,
        bills.service_day as date_day,
        bills.amount
    from {{ ref('int_order_bills_unposted') }} as bills
    inner join lines on bills.po_id = lines.po_id and bills.line_no = lines.line_no
    where not lines.is_received_by_delivery
),

final as (
    select
        date_day,
        department_id,
        channel,
        spend_category,
        case
            when count(case when kind <> 'planned' and amount is null then 1 end) = 0
                then cast(coalesce(sum(case when kind <> 'planned' then amount end), 0) as decimal(18, 2))
        end as committed_amount,
        case
            when count(case when kind = 'planned' and amount is null then 1 end) = 0
                then cast(coalesce(sum(case when kind = 'planned' then amount end), 0) as decimal(18, 2))
        end as planned_amount
    from unioned
    group by date_day, department_id, channel, spend_category
)

select * from final
