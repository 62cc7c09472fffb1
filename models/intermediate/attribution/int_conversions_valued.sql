{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ replace_from(['touchpoints', 'conversions']) }}"
) }}

with

identities as (
    select * from {{ ref('stg_web__identities') }}
),

rates as (
    select * from {{ ref('int_fx_rates_daily') }}
),

-- Whichever days are rebuilt, a person's earlier conversions say which is the first and which came before.
histories as (
    select
        conversions.*,
        coalesce(identities.canonical_user_id, conversions.user_id) as person_id,
        {{ attribution_epoch_micros('conversions.converted_at') }} as converted_micros
    from {{ ref('stg_web__conversions') }} as conversions
    left join identities on conversions.user_id = identities.user_id
),

ordered as (
    select
        histories.*,
        row_number() over (partition by person_id order by converted_at asc, conversion_id asc) = 1 as is_new_customer,
        max(converted_at) over (
            partition by person_id, conversion_type
            order by converted_micros asc
            range between unbounded preceding and 1 preceding
        ) as previous_converted_at
    from histories
),

rebuilt as (
    select * from ordered
    {% if is_incremental() %}
        where date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
    {% endif %}
),

in_home_currency as (
    select
        rebuilt.*,
        {{ home_amount('rebuilt.revenue', 'rebuilt.currency', 'rates') }} as revenue_amount,
        {{ home_amount('rebuilt.margin', 'rebuilt.currency', 'rates') }} as own_margin_amount
    from rebuilt
    left join rates on rebuilt.currency = rates.currency and rebuilt.date_day = rates.date_day
),

conversions as (
    select
        date_day,
        conversion_id,
        person_id,
        conversion_type,
        is_new_customer,
        currency,
        revenue,
        revenue_amount,
        coalesce(
            own_margin_amount,
            cast({{ round_half_even(product('revenue_amount', 2, setting('default_gross_margin'))) }} as decimal(18, 2))
        ) as margin_amount,
        billing_months,
        converted_at,
        previous_converted_at
    from in_home_currency
)

select * from conversions
order by date_day, conversion_id
