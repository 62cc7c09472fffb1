{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_changed_days('platform_spend') }}",
) }}

with

source as (
    select * from {{ landed('platform_spend') }}
    where {{ in_landed_window('platform_spend') }}
),

versions as (
    select
        date_day,
        platform,
        account_id,
        campaign_id,
        currency,
        source,
        delivery_no,
        spend,
        lag(spend) over (
            partition by platform, account_id, campaign_id, date_day, row_key
            order by
                source_updated_at asc nulls first,
                delivery_no asc nulls first,
                source_row asc nulls first,
                source desc nulls first,
                source_file desc nulls first
        ) as spend_before
    from source
),

changes as (
    select
        date_day,
        platform,
        account_id,
        campaign_id,
        currency,
        source,
        coalesce(delivery_no, 0) as delivery_no,
        cast(sum(spend - spend_before) as decimal(18, 4)) as change_amount
    from versions
    where spend <> spend_before
    group by date_day, platform, account_id, campaign_id, currency, source, coalesce(delivery_no, 0)
)

select * from changes
order by date_day, platform, account_id, campaign_id, currency, source, delivery_no
