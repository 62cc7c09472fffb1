-- Spend up to the run's date as budgets see it, with the part of its cost that comes from exchange rates: what it cost
-- less what it would have cost at the budget's rate. Where a rate was locked, the lock stands for the rate paid.
with

spend as (
    select * from {{ ref('spend_daily') }}
    where date_day <= {{ as_of() }}
),

locks as (
    select lock_id, from_currency as currency, rate as lock_rate, amount as lock_amount, start_date, end_date
    from {{ ref('stg_reference__fx_locks') }}
    where to_currency = {{ setting('home_currency') }}
),

foreign_rows as (
    select
        spend.*,
        rates.multiplier,
        rates.divisor,
        locks.lock_id,
        locks.lock_rate,
        locks.lock_amount
    from spend
    left join {{ ref('int_fx_rates_routed') }} as rates
        on spend.currency = rates.currency and rates.rate_type = 'budget' and spend.date_day = rates.date_day
    left join locks
        on spend.currency = locks.currency and spend.date_day between locks.start_date and locks.end_date
    where spend.currency <> {{ setting('home_currency') }}
    qualify
        row_number() over (
            partition by
                spend.date_day, spend.origin, spend.platform, spend.campaign_id, spend.vendor_id, spend.department_id,
                spend.channel, spend.spend_category, spend.currency
            order by locks.start_date asc nulls last, locks.lock_id asc
        ) = 1
),

drawn as (
    select
        *,
        -- To date within the period: its value at the budget's rate is rounded so, or a cent a day would be lost in it.
        sum(amount_doc) over (
            partition by
                period_id, multiplier, divisor, origin, platform, campaign_id, vendor_id, department_id, channel,
                spend_category, currency
            order by date_day asc
            rows between unbounded preceding and current row
        ) as amount_doc_to_date,
        sum(amount_doc) over (
            partition by lock_id
            order by date_day, origin, platform, campaign_id, vendor_id, department_id, channel, spend_category
            rows between unbounded preceding and current row
        ) as drawn_amount
    from foreign_rows
),

-- A lock covers what is spent until its amount is used up.
locked as (
    select
        *,
        case
            when lock_id is null then 0
            else
                least(greatest(drawn_amount, 0), lock_amount)
                - least(greatest(drawn_amount - amount_doc, 0), lock_amount)
        end as locked_amount
    from drawn
),

split as (
    select
        {{ all_but(['multiplier', 'divisor', 'lock_id', 'lock_rate', 'lock_amount', 'amount_doc_to_date',
            'drawn_amount', 'locked_amount'], 'locked') }},
        amount - {{ home_amount('amount_doc_to_date', 'currency', 'locked') }}
        + {{ home_amount('(amount_doc_to_date - amount_doc)', 'currency', 'locked') }}
        - case
            when locked_amount = 0 then 0
            else {{ from_units(
                divide_half_even(
                    as_units('amount', 2) ~ ' * ' ~ as_units('locked_amount', 4), as_units('amount_doc', 4)
                )
                ~ ' - '
                ~ divide_half_even(as_units('locked_amount', 4) ~ ' * ' ~ as_units('lock_rate', 8), '10000000000')
            ) }}
        end as fx_amount
    from locked
    union all
    select
        *,
        cast(0 as decimal(18, 2)) as fx_amount
    from spend
    where currency = {{ setting('home_currency') }}
),

summed as (
    select
        date_day,
        origin,
        platform,
        campaign_id,
        department_id,
        channel,
        spend_category,
        cast(sum(amount) as decimal(18, 2)) as amount,
        cast(sum(ledger_amount) as decimal(18, 2)) as ledger_amount,
        cast(sum(manual_amount) as decimal(18, 2)) as manual_amount,
        cast(sum(accrued_amount) as decimal(18, 2)) as accrued_amount,
        cast(coalesce(sum(fx_amount), 0) as decimal(18, 2)) as fx_amount,
        count(*) - count(fx_amount) as unrated_count
    from split
    group by date_day, origin, platform, campaign_id, department_id, channel, spend_category
)

select * from summed
