{{ config(materialized='view') }}

-- The pacing alert of each day. A band counts once it holds for a second day, and until another one does.
with

consumed as (
    select
        period_id,
        department_id,
        channel,
        date_day,
        days_elapsed,
        budget_units,
        budget_to_date_units as due,
        actual_units as spent
    from {{ ref('int_budget_consumption_planned') }}
),

-- Too early, too little planned so far or too small a difference says nothing.
banded as (
    select
        *,
        case
            when days_elapsed < 3 or due <= 0 or due * 10 < budget_units then 'none'
            when abs(spent - due) < {{ pacing_floor() }} * 100 then 'none'
            when spent * 100 > due * 120 then 'act over'
            when spent * 100 > due * 110 then 'warn over'
            when spent * 100 < due * 80 then 'act under'
            when spent * 100 < due * 90 then 'warn under'
            else 'none'
        end as band
    from consumed
),

compared as (
    select
        *,
        lag(band) over (partition by period_id, department_id, channel order by date_day asc) as earlier_band
    from banded
),

confirmed as (
    select
        *,
        case when band = earlier_band then band end as confirmed_band,
        sum(case when band = earlier_band then 1 else 0 end) over (
            partition by period_id, department_id, channel
            order by date_day asc
            rows between unbounded preceding and current row
        ) as confirmations
    from compared
),

held as (
    select
        *,
        coalesce(
            max(confirmed_band) over (partition by period_id, department_id, channel, confirmations), 'none'
        ) as held_band
    from confirmed
),

final as (
    select
        period_id,
        department_id,
        channel,
        date_day,
        case
            when held_band like 'act%' then 'act'
            when held_band like 'warn%' then 'warn'
            else 'none'
        end as alert,
        case when held_band like '%over' then 'over' when held_band like '%under' then 'under' end as alert_direction,
        case
            when budget_units <= 0 then null
            when spent >= budget_units then 100
            when spent * 10 >= budget_units * 8 then 80
            when spent * 2 >= budget_units then 50
            else 0
        end as spent_mark
    from held
)

select * from final
