{{ config(materialized='view') }}

-- Budget cells with what they were allotted, spent and committed, and those in which a forecast alone sees spend.
with

sums as (
    select * from {{ ref('int_budget_periods_committed') }}
),

-- A row of a period needs those of its quarter and year, or the kinds of period no longer foot to each other.
foreseen as (
    select * from {{ ref('int_forecasts_assigned') }}
    where is_foreseen
),

unbudgeted as (
    select foreseen.*
    from foreseen
    left join sums
        on
            foreseen.period_id = sums.period_id
            and foreseen.version_id = sums.version_id
            and foreseen.department_id = sums.department_id
            and foreseen.channel = sums.channel
            and foreseen.spend_category = sums.spend_category
    where sums.period_id is null
),

final as (
    {% set amounts = [
        'budget_amount', 'budget_to_date_amount', 'ledger_amount', 'manual_amount', 'accrued_amount', 'actual_amount',
        'fx_amount', 'committed_amount', 'planned_amount', 'carried_in_amount', 'carried_out_amount'
    ] -%}
    select
        period_id,
        period_kind,
        version_id,
        department_id,
        channel,
        spend_category,
        {{ amounts | join(',\n        ') }},
        is_in_force,
        unrated_count,
        line_count
    from sums
    union all
    select
        period_id,
        period_kind,
        version_id,
        department_id,
        channel,
        spend_category,
        {% for amount in amounts %}
            0 as {{ amount }},
        {% endfor %}
        true as is_in_force,
        0 as unrated_count,
        0 as line_count
    from unbudgeted
)

select * from final
