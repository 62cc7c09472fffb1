{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook="{{ delete_run_day('as_of') }}"
) }}

-- How good forecasts made in the same way were, as each run found it.
with

scores as (
    select listed.* from {{ kept_forecasts() }} as listed
    where told = 'accuracy' and spend_category = '(all)'
),

final as (
    select
        as_of,
        period_id,
        department_id,
        channel,
        days_known,
        level,
        scored_periods,
        forecast_amount,
        actual_amount,
        wape,
        bias,
        coverage,
        baseline_wape,
        wape_of_channels,
        baseline_wape_of_channels,
        scored_intervals,
        case when actual_amount is null or wape is null then 'nothing was spent' end as wape_reason,
        case when coverage is null then 'no interval was given' end as coverage_reason
    from scores
)

select * from final
order by as_of, period_id, department_id, channel, days_known
