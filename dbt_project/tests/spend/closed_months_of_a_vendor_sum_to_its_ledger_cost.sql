with

closed_months as (
    select {{ month_start('date_day') }} as service_month
    from {{ ref('int_fiscal_days') }}
    group by {{ month_start('date_day') }}
    having bool_and(is_closed)
),

ledger as (
    select
        vendor_id,
        service_month,
        sum(amount) as ledger_cost,
        sum(case when is_explained_by_delivery then amount else 0 end) as media_cost
    from {{ ref('int_ledger_months_explained') }}
    group by vendor_id, service_month
),

-- Delivery that the ledger holds nothing of, after the close, stays as our own accrual.
spend as (
    select
        vendor_id,
        {{ month_start('date_day') }} as service_month,
        sum(case when origin <> 'manual' then amount end) as spend_cost,
        sum(case when origin = 'platform' then 1 else 0 end) as delivered_rows
    from {{ ref('spend_daily') }}
    group by vendor_id, {{ month_start('date_day') }}
)

select
    ledger.vendor_id,
    ledger.service_month,
    ledger.ledger_cost,
    spend.spend_cost
from ledger
inner join closed_months on ledger.service_month = closed_months.service_month
left join spend on ledger.vendor_id = spend.vendor_id and ledger.service_month = spend.service_month
where
    coalesce(spend.spend_cost, 0) <> ledger.ledger_cost
    and not (ledger.media_cost = 0 and coalesce(spend.delivered_rows, 0) > 0)
