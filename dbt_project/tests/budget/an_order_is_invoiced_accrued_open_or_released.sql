select
    po_id,
    line_no,
    ordered_amount,
    invoiced_amount,
    accrued_unbilled_amount,
    open_amount,
    released_amount,
    overbilled_amount
from {{ ref('commitments') }}
where
    ordered_amount + overbilled_amount
    <> invoiced_amount + accrued_unbilled_amount + open_amount + released_amount
    or ordered_amount_home + overbilled_amount_home
    <> invoiced_amount_home + accrued_unbilled_amount_home + open_amount_home + released_amount_home
    or (
        ordered_amount >= 0
        and least(invoiced_amount, accrued_unbilled_amount, open_amount, released_amount, overbilled_amount) < 0
    )
union all
select
    contract_id,
    null as line_no,
    min_commit_amount,
    invoiced_amount,
    null as accrued_unbilled_amount,
    remaining_amount,
    shortfall_amount,
    above_minimum_amount
from {{ ref('contract_commitments') }}
where min_commit_amount + above_minimum_amount <> invoiced_amount + remaining_amount + shortfall_amount
