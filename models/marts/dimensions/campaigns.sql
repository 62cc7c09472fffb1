with

classified as (
    select * from {{ ref('int_campaigns_classified') }}
),

members as (
    select
        campaign_id,
        platform,
        name,
        channel,
        department_id,
        account_id,
        vendor_id,
        start_date,
        end_date,
        status,
        objective,
        false as is_placeholder
    from classified
    union all
    select
        '(none)' as campaign_id,
        '(none)' as platform,
        'No campaign' as name,
        'unmapped' as channel,
        'unmapped' as department_id,
        null as account_id,
        null as vendor_id,
        null as start_date,
        null as end_date,
        null as status,
        null as objective,
        true as is_placeholder
)

select * from members
order by platform, campaign_id
