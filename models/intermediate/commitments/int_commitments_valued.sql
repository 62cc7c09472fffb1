-- The partition in home currency at the order's rate: rounded cumulatively, so that its parts sum exactly too.
with

parts as (
    select * from {{ ref('int_commitments_partitioned') }}
),

unposted as (
    select
        po_id,
        line_no,
        cast(case when count(*) = count(amount) then sum(amount) end as decimal(18, 2)) as unposted_amount
    from {{ ref('int_order_bills_unposted') }}
    group by po_id, line_no
),

cumulated as (
    select
        parts.*,
        coalesce(unposted.unposted_amount, case when unposted.po_id is null then 0 end) as unposted_amount,
        invoiced_amount + accrued_unbilled_amount as until_accrued,
        invoiced_amount + accrued_unbilled_amount + open_amount as until_open,
        ordered_amount + overbilled_amount as until_released
    from parts
    left join unposted on parts.po_id = unposted.po_id and parts.line_no = unposted.line_no
),

valued as (
    select
        *,
        {{ home_amount('ordered_amount', 'currency', 'cumulated') }} as ordered_home,
        {{ home_amount('invoiced_amount', 'currency', 'cumulated') }} as invoiced_home,
        {{ home_amount('until_accrued', 'currency', 'cumulated') }} as until_accrued_home,
        {{ home_amount('until_open', 'currency', 'cumulated') }} as until_open_home,
        {{ home_amount('until_released', 'currency', 'cumulated') }} as until_released_home
    from cumulated
),

final as (
    select
        {{ all_but([
            'ordered_home', 'invoiced_home', 'until_accrued', 'until_open', 'until_released', 'until_accrued_home',
            'until_open_home', 'until_released_home'
        ]) }},
        ordered_home as ordered_amount_home,
        invoiced_home as invoiced_amount_home,
        until_accrued_home - invoiced_home as accrued_unbilled_amount_home,
        until_open_home - until_accrued_home as open_amount_home,
        until_released_home - until_open_home as released_amount_home,
        until_released_home - ordered_home as overbilled_amount_home,
        -- What delivery feeds report as served is an actual already, billed or not.
        case when is_received_by_delivery then 0 else until_accrued_home - invoiced_home end
            as committed_accrued_amount,
        case when is_received_by_delivery then 0 else unposted_amount end as committed_unposted_amount
    from valued
)

select * from final
