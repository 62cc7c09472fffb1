{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail'
) }}

with

campaigns as (
    select * from {{ ref('stg_web__campaign_names') }}
),

channel_rules as (
    select * from {{ run_input('match_rules') }}
    where target = 'channel' and account_pattern is null and vendor_pattern is null
),

labels as (
    select distinct
        trim(touches.channel) as channel_label,
        touches.platform,
        touches.campaign_id
    from {{ landed('touchpoints') }} as touches
    where {{ in_landed_window('touchpoints') }}
),

new_labels as (
    select labels.*
    from labels
    {% if is_incremental() %}
        left join {{ this }} as known
            on
                labels.channel_label = known.channel_label
                and labels.platform is not distinct from known.platform
                and labels.campaign_id is not distinct from known.campaign_id
        where known.channel_label is null
    {% endif %}
),

-- A touch that names its campaign only is of that campaign's platform.
named_labels as (
    select
        new_labels.*,
        coalesce(new_labels.platform, campaigns.platform) as matched_platform,
        campaigns.name as campaign_name
    from new_labels
    left join campaigns
        on
            new_labels.campaign_id = campaigns.campaign_id
            and coalesce(new_labels.platform, campaigns.platform) = campaigns.platform
),

matched as (
    select
        named_labels.channel_label,
        named_labels.platform,
        named_labels.campaign_id,
        coalesce(channel_rules.value, named_labels.channel_label) as channel,
        row_number() over (
            partition by named_labels.channel_label, named_labels.platform, named_labels.campaign_id
            order by channel_rules.rule_no asc nulls last, channel_rules.value asc nulls last
        ) as match_no
    from named_labels
    left join channel_rules
        on
            {{ matches('named_labels.channel_label', 'channel_rules.label_pattern') }}
            and {{ matches('named_labels.matched_platform', 'channel_rules.platform_pattern') }}
            and (
                {{ matches('named_labels.campaign_id', 'channel_rules.campaign_pattern') }}
                or {{ matches('named_labels.campaign_name', 'channel_rules.campaign_pattern') }}
            )
),

channels as (
    select
        channel_label,
        platform,
        campaign_id,
        channel
    from matched
    where match_no = 1
)

select * from channels
