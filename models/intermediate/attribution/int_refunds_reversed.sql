{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ attribution_delete_reversals() }}"
) }}

{% set whole = 'refund_id, model' %}

with

refunds as (
    select * from {{ ref('int_refunds_valued') }}
    {% if is_incremental() %}
        where date_day >= {{ attribution_first_reversal_day() }}
    {% endif %}
),

models as (
    select * from {{ ref('int_attribution_models') }}
),

paths as (
    select * from {{ ref('int_touches_pathed') }}
),

weights as (
    select * from {{ ref('int_touches_weighted') }}
),

-- The weights that divided the revenue divide the refund. What no known conversion explains stays, unattributed.
weighed as (
    select
        refunds.*,
        models.model,
        coalesce(weights.touch_number, 1) as touch_number,
        coalesce(weights.weight, 1) as weight,
        coalesce(weights.total_weight, 1) as total_weight,
        coalesce(weights.is_organic, false) as is_organic,
        cast({{ as_units('refunds.refunded_amount') }} as bigint) as refunded_cents,
        cast({{ as_units('refunds.refunded_margin_amount') }} as bigint) as margin_cents
    from refunds
    cross join models
    left join weights
        on
            refunds.conversion_id = weights.conversion_id
            and refunds.converted_day = weights.date_day
            and models.model = weights.model
),

quotas as (
    select
        weighed.*,
        {{ attribution_quota('refunded_cents') }} as refunded_quota,
        {{ attribution_quota('margin_cents') }} as margin_quota
    from weighed
),

parts as (
    select
        date_day,
        refund_id,
        conversion_id,
        converted_day,
        touch_number,
        model,
        is_organic,
        {{ from_units(attribution_part('refunded_cents', 'refunded_quota', whole)) }} as refunded_amount,
        {{ from_units(attribution_part('margin_cents', 'margin_quota', whole)) }} as refunded_margin_amount
    from quotas
),

reversed as (
    select
        parts.date_day,
        parts.refund_id,
        parts.conversion_id,
        paths.touch_id,
        parts.model,
        case when parts.is_organic then 'organic' else coalesce(paths.channel, 'unattributed') end as channel,
        case when parts.is_organic then 'organic' else coalesce(paths.campaign_id, 'unattributed') end as campaign_id,
        parts.refunded_amount,
        parts.refunded_margin_amount
    from parts
    left join paths
        on
            parts.conversion_id = paths.conversion_id
            and parts.converted_day = paths.date_day
            and parts.touch_number = paths.touch_number
)

select * from reversed
