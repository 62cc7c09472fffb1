{{ config(materialized='view') }}

-- Channels whose last euro of spend surely earns less than a euro of margin: by a curve that tests back, and by the
-- upper end of its slope. Claimed are four weeks of what is spent beyond the point from which on none pays, less the
-- margin it still brings, and less what is claimed of the channel as fruitless: nobody moves the same euro twice.
with

-- The company's margin of the last 90 days, by the headline model, else as it states.
margins as (
    select
        coalesce({{ ratio('sum(margin_amount)', 'sum(revenue_amount)') }}, {{ setting('default_gross_margin') }})
            as margin
    from {{ ref('attributed_revenue_daily') }}
    where date_day > {{ add_days(as_of(), -90) }} and model = {{ setting('headline_model') }}
),

plans as (
    select
        channel,
        current_amount
    from {{ ref('allocation_recommendations') }}
    where objective = 'most_outcome' and current_amount > 0
),

points as (
    select
        curves.channel,
        curves.spend,
        curves.outcome,
        curves.backed_by,
        plans.current_amount,
        margins.margin,
        max(case
            when {{ product('curves.marginal_outcome_high', 6, 'margins.margin') }} >= 1 then curves.spend else 0
        end) over (partition by curves.channel) as paying_spend,
        lead(curves.spend) over (partition by curves.channel order by curves.point_no) as next_spend,
        lead(curves.outcome) over (partition by curves.channel order by curves.point_no) as next_outcome
    from {{ ref('response_curves') }} as curves
    inner join plans on curves.channel = plans.channel
    cross join margins
    where curves.backed_by in ('lift_test', 'two_level_test')
),

placed as (
    select
        *,
        cast(outcome + {{ product(
            'next_outcome - outcome', 2,
            'cast((current_amount - spend) / nullif(next_spend - spend, 0) as decimal(18, 9))'
        ) }} as decimal(18, 2)) as here_outcome
    from points
),

-- What today's spend brings, between two points of the curve; and the first point from which on no euro pays.
current_points as (
    select
        channel,
        max(current_amount) as current_amount,
        max(margin) as margin,
        max(case when spend <= current_amount and next_spend > current_amount then here_outcome end) as current_outcome,
        min(case when spend > paying_spend then spend end) as limit_spend,
        min(case when spend > paying_spend then outcome end) as limit_outcome,
        min(backed_by) as backed_by
    from placed
    group by channel
),

fruitless as (
    select
        campaigns.channel,
        sum(found.amount) as amount
    from {{ ref('int_deliveries_linked') }} as found
    inner join {{ ref('int_campaigns_classified') }} as campaigns
        on found.claim_id = 'spend_without_result:' || campaigns.platform || '/' || campaigns.campaign_id
    group by campaigns.channel
),

excess as (
    select
        current_points.*,
        current_amount - limit_spend as beyond_amount,
        cast(greatest(0, 4 * (
            current_amount
            - limit_spend
            - cast({{ product('margin', 6, 'current_outcome - limit_outcome') }} as decimal(18, 2))
        ) - coalesce(fruitless.amount, 0)) as decimal(18, 2)) as part_amount
    from current_points
    left join fruitless on current_points.channel = fruitless.channel
    where current_outcome is not null and margin is not null and current_amount > limit_spend
),

final as (
    select
        'below_margin_spend' as detector,
        'below_margin_spend:' || channel as claim_id,
        'reallocation' as class,
        cast(null as varchar) as vendor_id,
        {{ as_of() }} as found_on,
        cast(null as date) as expires_on,
        'channel_weeks:' || channel as purse,
        cast(4 * current_amount as decimal(18, 2)) as purse_amount,
        {{ setting('home_currency') }} as currency,
        cast(part_amount as decimal(18, 4)) as amount_doc,
        part_amount as amount,
        {{ evidence([('channel', 'channel')]) }} as evidence,
        cast(beyond_amount as varchar) || ' of ' || {{ money_text('current_amount', setting('home_currency')) }}
        || ' a week lies beyond the last point that pays, at a margin of ' || {{ percent_text('margin') }}
        || '; backed by ' || backed_by as explanation
    from excess
    where part_amount >= 0.01
)

select * from final
