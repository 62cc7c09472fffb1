{{ config(materialized='view') }}

-- Spend in its budget cell at the budget's rates, beside what was delivered for it in the unit that the cell plans.
with

spend as (
    select * from {{ ref('int_spend_compared') }}
),

delivered as (
    select
        date_day,
        platform,
        campaign_id,
        sum(clicks) as clicks,
        sum(impressions) as impressions,
        sum(conversions) as conversions
    from {{ ref('stg_ads__platform_spend') }}
    group by date_day, platform, campaign_id
),

units as (
    select distinct version_id, date_day, department_id, channel, spend_category, campaign_id, unit
    from {{ ref('int_budget_quantities_daily') }}
    where unit is not null
),

planned_cells as (
    select distinct version_id, date_day, department_id, channel, spend_category
    from units
),

placed as (
    select
        places.version_id,
        spend.date_day,
        places.cell_department_id as department_id,
        places.cell_channel as channel,
        places.cell_category as spend_category,
        places.is_budgeted,
        spend.origin,
        spend.platform,
        spend.campaign_id as spend_campaign_id,
        spend.amount - spend.fx_amount as amount,
        coalesce(delivered.clicks, 0) as clicks,
        coalesce(delivered.impressions, 0) as impressions,
        coalesce(delivered.conversions, 0) as conversions
    from spend
    inner join {{ ref('int_budget_places_chosen') }} as places
        on
            spend.date_day = places.date_day
            and spend.department_id = places.department_id
            and spend.channel = places.channel
            and spend.spend_category = places.spend_category
    left join delivered
        on
            spend.origin = 'platform'
            and spend.date_day = delivered.date_day
            and spend.platform = delivered.platform
            and spend.campaign_id = delivered.campaign_id
),

-- The campaign's own line first, then the cell's; a cell with quantities and none for this campaign makes it new.
fitted as (
    select
        placed.*,
        units.campaign_id,
        units.unit,
        planned_cells.version_id is not null as has_quantities,
        row_number() over (
            partition by
                placed.version_id, placed.date_day, placed.department_id, placed.channel, placed.spend_category,
                placed.origin, placed.platform, placed.spend_campaign_id
            order by case when units.campaign_id = '(all)' then 2 else 1 end asc, units.unit asc nulls last
        ) as choice
    from placed
    left join units
        on
            placed.origin = 'platform'
            and placed.version_id = units.version_id
            and placed.date_day = units.date_day
            and placed.department_id = units.department_id
            and placed.channel = units.channel
            and placed.spend_category = units.spend_category
            and units.campaign_id in (placed.spend_campaign_id, '(all)')
    left join planned_cells
        on
            placed.version_id = planned_cells.version_id
            and placed.date_day = planned_cells.date_day
            and placed.department_id = planned_cells.department_id
            and placed.channel = planned_cells.channel
            and placed.spend_category = planned_cells.spend_category
),

final as (
    select
        version_id,
        date_day,
        department_id,
        channel,
        spend_category,
        coalesce(campaign_id, '(none)') as campaign_id,
        case
            when unit is not null then unit
            when origin = 'platform' and (not is_budgeted or has_quantities) then '(new)'
        end as unit,
        cast(sum(amount) as decimal(18, 2)) as actual_amount,
        cast(sum(case unit
            when 'click' then clicks
            when 'impression_k' then cast(impressions as decimal(18, 3)) * 0.001
            when 'conversion' then conversions
            else 0
        end) as decimal(38, 6)) as actual_quantity
    from fitted
    where choice = 1
    group by all
)

select * from final
