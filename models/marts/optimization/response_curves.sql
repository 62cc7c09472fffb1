with

made as (
    select * from {{ ref('int_allocations_made') }}
    where told = 'curve'
),

curves as (
    select
        channel,
        spend,
        outcome,
        low,
        high,
        backed_by,
        marginal_outcome,
        marginal_outcome_high,
        point_no
    from made
)

select * from curves
order by channel, point_no
