with

-- The signed sums, which no later posting moves; without one, the months that could be signed.
baselines as (
    select
        baselines.baseline_id,
        baselines.start_date,
        baselines.end_date,
        baselines.signed_on,
        baselines.signed_by,
        coalesce(baselines.target_share, 0.1) as target_share,
        {{ home_amount('baselines.amount', 'baselines.currency', 'rates') }} as baseline_amount,
        case
            when rates.currency is null and baselines.currency <> {{ setting('home_currency') }}
                then 'no exchange rate on the day of signature'
        end as baseline_reason
    from {{ ref('stg_savings__baselines') }} as baselines
    left join {{ ref('int_fx_rates_daily') }} as rates
        on baselines.currency = rates.currency and baselines.signed_on = rates.date_day
    union all
    select
        '(none)' as baseline_id,
        first_day as start_date,
        last_day as end_date,
        cast(null as date) as signed_on,
        cast(null as varchar) as signed_by,
        0.1 as target_share,
        cast(null as decimal(18, 2)) as baseline_amount,
        'nobody signed a baseline' as baseline_reason
    from {{ ref('int_scorecard_months') }}
    where not exists (select 1 from {{ ref('stg_savings__baselines') }})
),

costs as (
    select
        baselines.baseline_id,
        sum(spend.amount) as cost_amount
    from baselines
    inner join {{ ref('spend_daily') }} as spend
        on spend.date_day between baselines.start_date and baselines.end_date
    group by baselines.baseline_id
),

stages as (
    select * from {{ ref('savings_stages') }}
    where counts_as_saving
),

-- What is identified stands before anybody agreed: it is held against the baseline signed last.
latest as (
    select max_by(baseline_id, coalesce(signed_on, start_date)) as baseline_id
    from baselines
),

summed as (
    select
        baselines.baseline_id,
        {% for kind, recurrence in [('one_off', 'one_off'), ('annual', 'monthly')] %}
            sum(case
                when stages.recurrence = '{{ recurrence }}' then stages.identified_amount else 0
            end) as identified_{{ kind }}_amount,
            sum(case
                when stages.recurrence = '{{ recurrence }}' then coalesce(stages.agreed_amount, 0) else 0
            end) as agreed_{{ kind }}_amount,
        {% endfor %}
        sum(case when stages.recurrence = 'one_off' then coalesce(stages.realised_amount, 0) else 0 end)
            as realised_one_off_amount,
        sum(case when stages.recurrence = 'monthly' then coalesce(stages.realised_amount, 0) else 0 end)
            as realised_run_rate_amount
    from baselines
    cross join latest
    inner join stages on baselines.baseline_id = coalesce(stages.baseline_id, latest.baseline_id)
    group by baselines.baseline_id
),

final as (
    select
        baselines.baseline_id,
        baselines.start_date,
        baselines.end_date,
        baselines.signed_on,
        baselines.signed_by,
        baselines.baseline_amount,
        cast(coalesce(costs.cost_amount, 0) as decimal(18, 2)) as cost_amount,
        cast(baselines.target_share as decimal(9, 6)) as target_share,
        cast({{ round_half_even(
            product('baselines.baseline_amount', 2, 'cast(baselines.target_share as decimal(9, 6))')
        ) }} as decimal(18, 2)) as target_amount,
        {% for name in ['identified_one_off', 'identified_annual', 'agreed_one_off', 'agreed_annual',
                        'realised_one_off', 'realised_run_rate'] %}
            cast(coalesce(summed.{{ name }}_amount, 0) as decimal(18, 2)) as {{ name }}_amount,
        {% endfor %}
        cast(coalesce(summed.realised_one_off_amount + summed.realised_run_rate_amount, 0) as decimal(18, 2))
            as realised_amount,
        {{ ratio(
            '(coalesce(summed.realised_one_off_amount + summed.realised_run_rate_amount, 0))',
            'baselines.baseline_amount'
        ) }} as realised_share,
        baselines.baseline_reason
    from baselines
    left join costs on baselines.baseline_id = costs.baseline_id
    left join summed on baselines.baseline_id = summed.baseline_id
)

select * from final
order by signed_on, baseline_id
