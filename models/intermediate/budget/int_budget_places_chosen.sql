-- The budget cell that each day's kinds of spend belong to: the narrowest one of the version that holds the day, else a
-- cell of their own.
with

spend as (
    select distinct
        date_day,
        department_id,
        channel,
        spend_category
    from {{ ref('int_spend_compared') }}
),

cells as (
    select distinct version_id, date_day, department_id, channel, spend_category
    from {{ ref('int_budget_allotments_daily') }}
),

holding_days as (
    select distinct holding_version_id as version_id, date_day
    from {{ ref('int_budget_version_days') }}
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
    cross join {{ budget_places() }} as places
),

taken as (
    select
        holding_days.version_id,
        {{ all_but(['rank'], 'offers') }}
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

select * from taken
