{{ config(materialized='view') }}

-- Each commitment in the narrowest budget cell of the version that holds its day, as spend is, summed by period.
with

facts as (
    select * from {{ ref('int_commitment_days_listed') }}
),

cells as (
    select distinct version_id, date_day, department_id, channel, spend_category
    from {{ ref('int_budget_allotments_daily') }}
    where date_day in (select facts.date_day from facts)
),

version_days as (
    select * from {{ ref('int_budget_version_days') }}
    where date_day in (select facts.date_day from facts)
),

viewed as (
    select
        version_id,
        is_in_force,
        date_day,
        holding_version_id,
        period_id,
        quarter_id,
        year_id
    from version_days
    union all
    select
        '(none)' as version_id,
        true as is_in_force,
        fiscal_days.date_day,
        '(none)' as holding_version_id,
        fiscal_days.period_id,
        fiscal_days.quarter_id,
        fiscal_days.year_id
    from {{ ref('int_fiscal_days') }} as fiscal_days
    where
        fiscal_days.date_day in (select facts.date_day from facts)
        and fiscal_days.date_day not in (select version_days.date_day from version_days)
),

offers as (
    select
        facts.*,
        places.rank,
        places.is_budgeted,
        case when places.by_department then facts.department_id else 'unallocated' end as cell_department_id,
        case when places.by_channel then facts.channel else 'unallocated' end as cell_channel,
        case when places.by_category then facts.spend_category else 'all' end as cell_category
    from facts
    cross join {{ budget_places() }} as places
),

taken as (
    select
        viewed.version_id,
        viewed.is_in_force,
        viewed.period_id,
        viewed.quarter_id,
        viewed.year_id,
        offers.*
    from viewed
    inner join offers on viewed.date_day = offers.date_day
    left join cells
        on
            viewed.holding_version_id = cells.version_id
            and viewed.date_day = cells.date_day
            and offers.cell_department_id = cells.department_id
            and offers.cell_channel = cells.channel
            and offers.cell_category = cells.spend_category
    where not offers.is_budgeted or cells.version_id is not null
    qualify
        row_number() over (
            partition by
                viewed.version_id, offers.date_day, offers.department_id, offers.channel, offers.spend_category
            order by offers.rank asc
        ) = 1
),

by_kind as (
    select period_id as span_id, 'period' as period_kind, taken.* from taken
    union all
    select quarter_id as span_id, 'quarter' as period_kind, taken.* from taken
    union all
    select year_id as span_id, 'year' as period_kind, taken.* from taken
),

summed as (
    select
        span_id as period_id,
        period_kind,
        version_id,
        is_in_force,
        cell_department_id as department_id,
        cell_channel as channel,
        cell_category as spend_category,
        case when count(*) = count(committed_amount) then cast(sum(committed_amount) as decimal(18, 2)) end
            as committed_amount,
        case when count(*) = count(planned_amount) then cast(sum(planned_amount) as decimal(18, 2)) end
            as planned_amount
    from by_kind
    where span_id is not null
    group by span_id, period_kind, version_id, is_in_force, cell_department_id, cell_channel, cell_category
)

select * from summed
