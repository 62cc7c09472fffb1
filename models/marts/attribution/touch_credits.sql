{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ replace_from(['touchpoints', 'conversions']) }}"
) }}

{% set whole = 'conversion_id, model' %}

with

conversions as (
    select
        *,
        cast({{ as_units('revenue_amount') }} as bigint) as revenue_cents,
        cast({{ as_units('margin_amount') }} as bigint) as margin_cents
    from {{ ref('int_conversions_valued') }}
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

paths as (
    select * from {{ ref('int_touches_pathed') }}
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

weights as (
    select * from {{ ref('int_touches_weighted') }}
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

valued as (
    select
        weights.*,
        1000000000 as credit_units,
        conversions.revenue_cents,
        conversions.margin_cents
    from weights
    inner join conversions on weights.conversion_id = conversions.conversion_id
),

quotas as (
    select
        valued.*,
        {{ attribution_quota('credit_units') }} as credit_quota,
        {{ attribution_quota('revenue_cents') }} as revenue_quota,
        {{ attribution_quota('margin_cents') }} as margin_quota
    from valued
),

parts as (
    select
        conversion_id,
        touch_number,
        model,
        {{ attribution_part('credit_units', 'credit_quota', whole) }} as credit_units,
        {{ attribution_part('revenue_cents', 'revenue_quota', whole) }} as revenue_cents,
        {{ attribution_part('margin_cents', 'margin_quota', whole) }} as margin_cents
    from quotas
),

credits as (
    select
        parts.conversion_id,
        paths.touch_id,
        parts.model,
        paths.channel,
        paths.campaign_id,
        conversions.converted_at,
        {{ from_units('parts.credit_units', 9) }} as credit,
        {{ from_units('parts.revenue_cents') }} as revenue_amount,
        {{ from_units('parts.margin_cents') }} as margin_amount,
        conversions.date_day,
        conversions.person_id,
        conversions.is_new_customer,
        paths.platform,
        paths.touched_at,
        paths.touch_number,
        paths.path_length
    from parts
    inner join paths on parts.conversion_id = paths.conversion_id and parts.touch_number = paths.touch_number
    inner join conversions on parts.conversion_id = conversions.conversion_id
)

select * from credits
