{{ config(materialized='ephemeral') }}

with

campaigns as (
    select
        campaign_id,
        min(platform) as platform,
        min_by(channel, platform) as channel,
        min_by(department_id, platform) as department_id
    from {{ ref('int_campaigns_classified') }}
    group by campaign_id
),

subjects as (
    select account_id, vendor_id, campaign_id, channel, department_id
    from {{ ref('stg_ledger__entries') }}
    union
    select '(none)' as account_id, vendor_id, campaign_id, channel, department_id
    from {{ ref('stg_recorded__manual_spend') }}
),

described as (
    select
        subjects.account_id,
        subjects.vendor_id,
        subjects.campaign_id,
        subjects.channel as channel_label,
        subjects.department_id as department_label,
        campaigns.platform,
        vendors.name as vendor_name,
        nullif(campaigns.channel, 'unmapped') as campaign_channel,
        nullif(campaigns.department_id, 'unmapped') as campaign_department_id,
        accounts.channel as account_channel,
        accounts.department_id as account_department_id
    from subjects
    left join campaigns on subjects.campaign_id = campaigns.campaign_id
    left join {{ ref('int_vendors_merged') }} as vendors on subjects.vendor_id = vendors.vendor_id
    left join {{ ref('int_accounts_classified') }} as accounts on subjects.account_id = accounts.account_id
)

select * from described
