-- A bill in another currency than its order is never taken at 1: these currencies and days need a rate.
select
    currency,
    bill_date,
    count(*) as bills_without_a_rate,
    sum(bill_amount) as bill_amount
from {{ ref('int_order_bills_allotted') }}
where amount_doc is null or amount is null
group by currency, bill_date
