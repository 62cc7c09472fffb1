{{ config(materialized='view') }}

with

delivered as (
    select
        platform,
        campaign_id,
        max(campaign_name) as campaign_name,
        min(account_id) as account_id,
        min(date_day) as first_day,
        max(date_day) as last_day
    from {{ ref('stg_ads__platform_spend') }}
    group by platform, campaign_id
),

described as (
    select * from {{ ref('stg_ads__campaigns') }}
),

with_platform as (
    select
        coalesce(described.platform, delivered.platform) as platform,
        coalesce(described.campaign_id, delivered.campaign_id) as campaign_id,
        coalesce(described.name, delivered.campaign_name) as name,
        delivered.account_id,
        described.channel as channel_label,
        described.department_id as department_label,
        coalesce(described.start_date, delivered.first_day) as start_date,
        coalesce(described.end_date, delivered.last_day) as end_date,
        described.status,
        described.objective,
        true as has_platform
    from described
    full outer join delivered
        on described.platform = delivered.platform and described.campaign_id = delivered.campaign_id
),

mentioned as (
    select campaign_id from {{ ref('stg_ledger__entries') }}
    union
    select campaign_id from {{ ref('stg_recorded__manual_spend') }}
    union
    select campaign_id from {{ ref('stg_ads__platform_invoices') }}
    union
    select campaign_id from {{ ref('stg_ads__planned_flights') }}
    union
    select campaign_id from {{ ref('stg_planning__budget_lines') }}
),

-- Named by a document only, so the platform is not known.
without_platform as (
    select
        '(none)' as platform,
        mentioned.campaign_id,
        mentioned.campaign_id as name,
        cast(null as varchar) as account_id,
        cast(null as varchar) as channel_label,
        cast(null as varchar) as department_label,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as varchar) as status,
        cast(null as varchar) as objective,
        false as has_platform
    from mentioned
    left join with_platform on mentioned.campaign_id = with_platform.campaign_id
    where mentioned.campaign_id is not null and with_platform.campaign_id is null
),

final as (
    select * from with_platform
    union all
    select * from without_platform
)

select * from final
