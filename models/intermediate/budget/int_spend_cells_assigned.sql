{{ config(materialized='view') }}

-- Each day's spend, given to the narrowest budget cell of the version that holds it, else to a cell of its own.
with

spend as (
    select
        date_day,
        department_id,
        channel,
        spend_category,
        sum(ledger_amount) as ledger_amount,
        sum(manual_amount) as manual_amount,
        sum(accrued_amount) as accrued_amount
    from {{ ref('spend_daily') }}
    where date_day <= {{ as_of() }}
    group by date_day, department_id, channel, spend_category
),

cells as (
    select distinct version_id, date_day, department_id, channel, spend_category
    from {{ ref('int_budget_allotments_daily') }}
),

holding_days as (
    select distinct holding_version_id as version_id, date_day
    from {{ ref('int_budget_version_days') }}
),

-- Narrowest first; a channel's own line goes before a category's. The last place is a cell of its own.
places as (
    select listed.*
    from (
        values
        (1, true, true, true, true),
        (2, true, true, false, true),
        (3, true, false, true, true),
        (4, true, false, false, true),
        (5, false, true, true, true),
        (6, false, true, false, true),
        (7, false, false, true, true),
        (8, false, false, false, true),
        (9, true, true, true, false)
    ) as listed (rank, by_department, by_channel, by_category, is_budgeted)
),

offers as (
    select
        spend.*,
        places.rank,
        places.is_budgeted,
        case when places.by_department then spend.department_id else 'unallocated' end as cell_department_id,
        case when places.by_channel then spend.channel else 'unallocated' end as cell_channel,
        case when places.by_category then spend.spend_category else 'all' end as cell_category
    from spend
    cross join places
),

taken as (
    select
        holding_days.version_id,
        offers.*
    from holding_days
    inner join offers on holding_days.date_day = offers.date_day
    left join cells
        on
            holding_days.version_id = cells.version_id
            and holding_days.date_day = cells.date_day
            and offers.cell_department_id = cells.department_id
            and offers.cell_channel = cells.channel
            and offers.cell_category = cells.spend_category
    where not offers.is_budgeted or cells.version_id is not null
    qualify
        row_number() over (
            partition by
                holding_days.version_id, offers.date_day, offers.department_id, offers.channel, offers.spend_category
            order by offers.rank asc
        ) = 1
)

select
    version_id,
    date_day,
    cell_department_id as department_id,
    cell_channel as channel,
    cell_category as spend_category,
    cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount,
    cast(sum(manual_amount) as decimal(18, 2)) as manual_amount,
    cast(sum(accrued_amount) as decimal(18, 2)) as accrued_amount
from taken
group by version_id, date_day, cell_department_id, cell_channel, cell_category
