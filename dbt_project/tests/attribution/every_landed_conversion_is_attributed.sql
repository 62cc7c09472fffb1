-- Of the changed days: each landed conversion is credited by each model, at the revenue that was delivered last.
with

landed as (
    select * from {{ landed('conversions') }}
    where day <= {{ as_of() }} and day in {{ changed_days('conversions') }}
),

delivered as (
    select
        conversion_id,
        min(revenue) as lowest_revenue,
        max(revenue) as highest_revenue
    from landed
    group by conversion_id
),

-- A conversion that has since moved to another, unchanged day was compared when it moved.
valued as (
    select
        conversion_id,
        revenue,
        date_day in {{ changed_days('conversions') }} as is_changed
    from {{ ref('int_conversions_valued') }}
),

missing as (
    select
        delivered.conversion_id,
        delivered.lowest_revenue,
        delivered.highest_revenue,
        valued.revenue
    from delivered
    left join valued on delivered.conversion_id = valued.conversion_id
    where
        valued.conversion_id is null
        or (
            valued.is_changed
            and delivered.lowest_revenue = delivered.highest_revenue
            and valued.revenue <> delivered.highest_revenue
        )
)

select * from missing
