{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_run_day('as_of') }}"
) }}

-- Every run adds what it forecast that day; a full build reads all that earlier runs have kept.
with

forecasts as (
    select listed.* from {{ kept_forecasts() }} as listed
    where told = 'forecast' and spend_category = '(all)'
),

final as (
    select
        as_of,
        period_id,
        department_id,
        channel,
        period_kind,
        level,
        forecast_amount,
        low,
        high,
        method,
        days_known,
        actual_to_date_amount,
        run_rate_amount,
        weight_run_rate,
        weight_plan,
        weight_budget,
        interval_basis,
        reason
    from forecasts
)

select * from final
order by as_of, period_kind, period_id, department_id, channel
