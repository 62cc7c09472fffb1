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
    select distinct
        version_id,
        date_day,
        department_id,
        channel,
        spend_category
    from {{ ref('int_budget_allotments_daily') }}
),

holding_days as (
    select distinct
        holding_version_id as version_id,
        date_day
    from {{ ref('int_budget_version_days') }}
),

-- Narrowest first; a channel's own line goes before a category's.
offers as (
    select
        spend.*,
        1 as rank,
        department_id as cell_department_id,
        channel as cell_channel,
        spend_category as cell_category
    from spend
    union all
    select *, 2, department_id, channel, 'all' from spend
    union all
    select *, 3, department_id, 'unallocated', spend_category from spend
    union all
    select *, 4, department_id, 'unallocated', 'all' from spend
    union all
    select *, 5, 'unallocated', channel, spend_category from spend
    union all
    select *, 6, 'unallocated', channel, 'all' from spend
    union all
    select *, 7, 'unallocated', 'unallocated', spend_category from spend
    union all
    select *, 8, 'unallocated', 'unallocated', 'all' from spend
),

taken as (
    select
        holding_days.version_id,
        offers.date_day,
        case when cells.version_id is null then offers.department_id else offers.cell_department_id end as department_id,
        case when cells.version_id is null then offers.channel else offers.cell_channel end as channel,
        case when cells.version_id is null then offers.spend_category else offers.cell_category end as spend_category,
        offers.ledger_amount,
        offers.manual_amount,
        offers.accrued_amount
    from holding_days
    inner join offers on holding_days.date_day = offers.date_day
    left join cells
        on
            holding_days.version_id = cells.version_id
            and holding_days.date_day = cells.date_day
            and offers.cell_department_id = cells.department_id
            and offers.cell_channel = cells.channel
            and offers.cell_category = cells.spend_category
    qualify row_number() over (
        partition by
            holding_days.version_id, offers.date_day, offers.department_id, offers.channel, offers.spend_category
        order by cells.version_id is null asc, offers.rank asc
    ) = 1
),

final as (
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(manual_amount) as decimal(18, 2)) as manual_amount,
        cast(sum(accrued_amount) as decimal(18, 2)) as accrued_amount
    from taken
    group by version_id, date_day, department_id, channel, spend_category
)

select * from final
