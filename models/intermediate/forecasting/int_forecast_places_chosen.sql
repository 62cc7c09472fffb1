{{ config(materialized='view') }}

-- The budget cell in which a kind of spend would be found now: a series goes on where plans change shape, or begin.
with

spent as (
    select distinct department_id, channel, spend_category
    from {{ ref('int_spend_compared') }}
),

planned as (
    select
        sums.department_id,
        sums.channel,
        sums.spend_category,
        min(case when sums.is_in_force then calendar.end_date end) filter (where calendar.end_date > {{ as_of() }})
            as planned_until
    from {{ ref('int_budget_periods_summed') }} as sums
    inner join {{ run_input('fiscal_calendar') }} as calendar
        on sums.period_id = calendar.period_id and sums.period_kind = calendar.period_kind
    where sums.period_kind = 'period' and sums.line_count > 0
    group by sums.department_id, sums.channel, sums.spend_category
),

-- A campaign that has not spent yet will spend on media.
kinds as (
    select department_id, channel, spend_category from spent
    union
    select department_id, channel, spend_category from planned
    union
    select department_id, channel, 'media' as spend_category from {{ ref('int_campaigns_classified') }}
),

offers as (
    select
        kinds.*,
        places.rank,
        case when places.by_department then kinds.department_id else 'unallocated' end as cell_department_id,
        case when places.by_channel then kinds.channel else 'unallocated' end as cell_channel,
        case when places.by_category then kinds.spend_category else 'all' end as cell_category
    from kinds
    cross join {{ budget_places() }} as places
    where places.is_budgeted
),

-- The nearest period's cells first, of these the narrowest.
taken as (
    select {{ all_but(['rank'], 'offers') }}
    from offers
    inner join planned
        on
            offers.cell_department_id = planned.department_id
            and offers.cell_channel = planned.channel
            and offers.cell_category = planned.spend_category
    where planned.planned_until is not null
    qualify
        row_number() over (
            partition by offers.department_id, offers.channel, offers.spend_category
            order by planned.planned_until asc, offers.rank asc
        ) = 1
)

select * from taken
