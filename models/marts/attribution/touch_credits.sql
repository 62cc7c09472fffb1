{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ attribution_delete_credits() }}"
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
        where date_day >= {{ attribution_first_credit_day() }}
    {% endif %}
),

paths as (
    select * from {{ ref('int_touches_pathed') }}
    {% if is_incremental() %}
        where date_day >= {{ attribution_first_credit_day() }}
    {% endif %}
),

weights as (
    select * from {{ ref('int_touches_weighted') }}
    {% if is_incremental() %}
        where {{ attribution_is_credited_anew() }}
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
        is_organic,
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
        case when parts.is_organic then 'organic' else paths.channel end as channel,
        case when parts.is_organic then 'organic' else paths.campaign_id end as campaign_id,
        conversions.converted_at,
        {{ from_units('parts.credit_units', 9) }} as credit,
        {{ from_units('parts.revenue_cents') }} as revenue_amount,
        {{ from_units('parts.margin_cents') }} as margin_amount,
        conversions.date_day,
        conversions.person_id,
        conversions.is_new_customer,
        paths.platform,
        paths.touched_at,
        parts.touch_number,
        coalesce(paths.path_length, parts.touch_number - 1) as path_length
    from parts
    inner join conversions on parts.conversion_id = conversions.conversion_id
    left join paths on parts.conversion_id = paths.conversion_id and parts.touch_number = paths.touch_number
)

select * from credits
