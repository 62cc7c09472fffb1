with

described as (
    select
        platform,
        campaign_id,
        name
    from {{ ref('stg_ads__campaigns') }}
),

-- A campaign that the company does not list has the first name under which its platform reported it.
reports as (
    select
        spend.platform,
        spend.campaign_id,
        spend.campaign_name as name,
        row_number() over (
            partition by spend.platform, spend.campaign_id order by spend.date_day asc, spend.campaign_name asc
        ) as report_no
    from {{ ref('stg_ads__platform_spend') }} as spend
    left join described on spend.platform = described.platform and spend.campaign_id = described.campaign_id
    where described.campaign_id is null and spend.campaign_name is not null
),

campaigns as (
    select * from described
    union all
    select
        platform,
        campaign_id,
        name
    from reports
    where report_no = 1
)

select * from campaigns
