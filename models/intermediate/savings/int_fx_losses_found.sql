{{ config(materialized='view') }}

-- Payments converted more than half a per cent worse than the day's spot rate.
with

-- What left the bank: the other side of the journal settles the bill at the bill's own rate.
payments as (
    select
        entries.*,
        coalesce({{ from_units(divide_half_even(
            as_units('entries.amount_home', 4) ~ ' * 100000000', as_units('entries.amount', 4)
        ), 8) }}, entries.fx_rate) as paid_rate
    from {{ ref('stg_ledger__entries') }} as entries
    left join {{ ref('stg_ledger__accounts') }} as accounts on entries.account_id = accounts.account_id
    where
        lower(coalesce(entries.status, 'posted')) = 'posted'
        and lower(entries.doc_type) = 'payment'
        and lower(coalesce(accounts.class, 'asset')) = 'asset'
        and entries.amount < 0
        and entries.currency <> {{ setting('home_currency') }}
),

rated as (
    select
        payments.*,
        rates.rate as spot_rate,
        rates.multiplier,
        rates.divisor,
        abs(payments.amount) as paid_doc
    from payments
    inner join {{ ref('int_fx_rates_daily') }} as rates
        on payments.currency = rates.currency and payments.posting_date = rates.date_day
    where payments.paid_rate > rates.rate * 1.005
),

valued as (
    select
        *,
        coalesce(abs(amount_home), {{ from_units(divide_half_even(
            as_units('paid_doc', 4) ~ ' * ' ~ as_units('paid_rate', 8), '10000000000'
        )) }}) as paid_home,
        {{ home_amount('paid_doc', 'currency', 'rated') }} as spot_home
    from rated
),

final as (
    select
        'fx_above_benchmark' as detector,
        'fx_above_benchmark:' || entry_id as claim_id,
        'run_rate' as class,
        vendor_id,
        posting_date as found_on,
        cast(null as date) as expires_on,
        'ledger_entry:' || entry_id as purse,
        cast(paid_home as decimal(18, 2)) as purse_amount,
        {{ setting('home_currency') }} as currency,
        cast(paid_home - spot_home as decimal(18, 4)) as amount_doc,
        cast(paid_home - spot_home as decimal(18, 2)) as amount,
        {{ evidence([('ledger_entry', 'entry_id')]) }} as evidence,
        {{ money_text('paid_doc', 'currency') }} || ' paid at ' || cast(paid_rate as varchar) || ', spot '
        || cast(spot_rate as varchar) as explanation
    from valued
    where paid_home > spot_home
)

select * from final
