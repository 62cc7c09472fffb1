{{ config(materialized='view') }}

-- Spend in its budget cell at the budget's rates, beside what was delivered for it in the unit that the cell plans.
with

delivered as (
    select
        date_day,
        'platform' as origin,
        platform,
        campaign_id,
        sum(clicks) as clicks,
        sum(impressions) as impressions,
        sum(conversions) as conversions
    from {{ ref('stg_ads__platform_spend') }}
    group by date_day, platform, campaign_id
),

-- A cell may plan a campaign in several units: the first by name counts. Only delivery has units.
units as (
    select version_id, date_day, department_id, channel, spend_category, campaign_id, min(unit) as unit
    from {{ ref('int_budget_quantities_daily') }}
    where unit is not null
    group by version_id, date_day, department_id, channel, spend_category, campaign_id
),

planned_cells as (
    select distinct version_id, date_day, department_id, channel, spend_category
    from units
),

placed as (
    select
        places.version_id,
        places.holding_version_id,
        spend.date_day,
        places.cell_department_id as department_id,
        places.cell_channel as channel,
        places.cell_category as spend_category,
        places.is_budgeted,
        case when spend.origin = 'platform' then places.cell_channel end as unit_channel,
        spend.origin,
        spend.platform,
        spend.campaign_id as spend_campaign_id,
        spend.amount - spend.fx_amount as amount,
        coalesce(delivered.clicks, 0) as clicks,
        coalesce(delivered.impressions, 0) as impressions,
        coalesce(delivered.conversions, 0) as conversions
    from {{ ref('int_spend_compared') }} as spend
    inner join {{ ref('int_budget_places_chosen') }} as places
        on
            spend.date_day = places.date_day
            and spend.department_id = places.department_id
            and spend.channel = places.channel
            and spend.spend_category = places.spend_category
    left join delivered
        on
            spend.date_day = delivered.date_day
            and spend.platform = delivered.platform
            and spend.campaign_id = delivered.campaign_id
            and spend.origin = delivered.origin
),

-- The campaign's own line first, then the cell's; a cell with quantities and none for this campaign makes it new.
fitted as (
    select
        placed.*,
        case when own_units.unit is not null then own_units.campaign_id else cell_units.campaign_id end as campaign_id,
        coalesce(own_units.unit, cell_units.unit) as unit,
        planned_cells.version_id is not null as has_quantities
    from placed
    left join units as own_units
        on
            placed.holding_version_id = own_units.version_id
            and placed.date_day = own_units.date_day
            and placed.department_id = own_units.department_id
            and placed.unit_channel = own_units.channel
            and placed.spend_category = own_units.spend_category
            and placed.spend_campaign_id = own_units.campaign_id
    left join units as cell_units
        on
            placed.holding_version_id = cell_units.version_id
            and placed.date_day = cell_units.date_day
            and placed.department_id = cell_units.department_id
            and placed.unit_channel = cell_units.channel
            and placed.spend_category = cell_units.spend_category
            and cell_units.campaign_id = '(all)'
    left join planned_cells
        on
            placed.holding_version_id = planned_cells.version_id
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
    group by all
)

select * from final
