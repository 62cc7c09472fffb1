-- The budget cell that each day's kinds of spend belong to, seen from each version: the narrowest one that its plan has
-- on the day, else one that it has in the day's period, else a cell of their own.
with

spend as (
    select distinct
        date_day,
        department_id,
        channel,
        spend_category
    from {{ ref('int_spend_compared') }}
),

views as (
    select * from {{ ref('int_budget_version_days') }}
),

planned as (
    select
        views.version_id,
        views.period_id,
        views.date_day,
        allotments.department_id,
        allotments.channel,
        allotments.spend_category
    from {{ ref('int_budget_allotments_daily') }} as allotments
    inner join views
        on allotments.version_id = views.holding_version_id and allotments.date_day = views.date_day
),

day_cells as (
    select distinct version_id, date_day, department_id, channel, spend_category
    from planned
),

period_cells as (
    select distinct version_id, period_id, department_id, channel, spend_category
    from planned
    where period_id is not null
),

offers as (
    select
        views.version_id,
        views.holding_version_id,
        views.period_id,
        spend.*,
        places.rank,
        places.is_budgeted,
        case when places.by_department then spend.department_id else 'unallocated' end as cell_department_id,
        case when places.by_channel then spend.channel else 'unallocated' end as cell_channel,
        case when places.by_category then spend.spend_category else 'all' end as cell_category
    from spend
    inner join views on spend.date_day = views.date_day
    cross join {{ budget_places() }} as places
),

taken as (
    select {{ all_but(['rank', 'period_id'], 'offers') }}
    from offers
    left join day_cells
        on
            offers.version_id = day_cells.version_id
            and offers.date_day = day_cells.date_day
            and offers.cell_department_id = day_cells.department_id
            and offers.cell_channel = day_cells.channel
            and offers.cell_category = day_cells.spend_category
    left join period_cells
        on
            offers.version_id = period_cells.version_id
            and offers.period_id = period_cells.period_id
            and offers.cell_department_id = period_cells.department_id
            and offers.cell_channel = period_cells.channel
            and offers.cell_category = period_cells.spend_category
    where not offers.is_budgeted or day_cells.version_id is not null or period_cells.version_id is not null
    qualify
        row_number() over (
            partition by
                offers.version_id, offers.date_day, offers.department_id, offers.channel, offers.spend_category
            order by
                day_cells.version_id is not null desc,
                offers.is_budgeted desc,
                offers.rank asc
        ) = 1
)

select * from taken
