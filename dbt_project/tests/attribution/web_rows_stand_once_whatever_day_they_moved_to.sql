-- The ids of changed days, looked up on every day: a restated row may have left another version behind.
with

changed_touches as (
    select touch_id from {{ ref('stg_web__touchpoints') }}
    where date_day in {{ changed_days('touchpoints') }}
),

counted as (
    select
        'touchpoints' as entity,
        touch_id as id,
        count(*) as times
    from {{ ref('stg_web__touchpoints') }}
    where touch_id in (select changed_touches.touch_id from changed_touches)
    group by touch_id

    union all

    select
        'conversions' as entity,
        conversion_id as id,
        count(*) as times
    from {{ ref('stg_web__conversions') }}
    group by conversion_id

    union all

    select
        'refunds' as entity,
        refund_id as id,
        count(*) as times
    from {{ ref('stg_web__refunds') }}
    group by refund_id
),

repeated as (
    select * from counted
    where times > 1
)

select * from repeated
