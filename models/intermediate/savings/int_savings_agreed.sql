{{ config(materialized='view') }}

-- What people agreed to, in home currency at the rate of that day, under the baseline that was signed last before.
with

agreements as (
    select
        agreements.*,
        detectors.detector,
        detectors.class,
        rates.multiplier,
        rates.divisor
    from {{ ref('stg_savings__agreements') }} as agreements
    left join {{ ref('int_detectors_ordered') }} as detectors
        on agreements.claim_id like detectors.detector || ':%'
    left join {{ ref('int_fx_rates_daily') }} as rates
        on agreements.currency = rates.currency and agreements.agreed_on = rates.date_day
),

final as (
    select
        agreements.claim_id,
        agreements.detector,
        agreements.class,
        agreements.agreed_on,
        agreements.agreed_by,
        coalesce(agreements.effective_from, agreements.agreed_on) as effective_from,
        agreements.credit_documents,
        agreements.note,
        {{ home_amount('agreements.amount', 'agreements.currency', 'agreements') }} as agreed_amount,
        (
            select max_by(baselines.baseline_id, baselines.signed_on)
            from {{ ref('stg_savings__baselines') }} as baselines
            where baselines.signed_on <= agreements.agreed_on
        ) as baseline_id
    from agreements
)

select * from final
