-- The ids of changed days, looked up on every day: a restated row may have left another version behind.
with

counted as (
    select
        'touchpoints' as entity,
        touch_id as id,
        count(*) as times
    from {{ ref('stg_web__touchpoints') }}
    where touch_id in (
        select changed.touch_id
        from {{ ref('stg_web__touchpoints') }} as changed
        where changed.date_day in {{ changed_days('touchpoints') }}
    )
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
