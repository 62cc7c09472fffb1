{%- set amounts = [
    'budget_amount', 'budget_to_date_amount', 'ledger_amount', 'manual_amount', 'accrued_amount', 'actual_amount',
    'committed_amount', 'planned_amount', 'available_amount', 'variance_amount', 'impact', 'forecast_amount',
    'forecast_variance_amount', 'operating_variance_amount', 'fx_variance_amount',
    'carried_in_amount', 'carried_out_amount', 'available_with_carried_amount'
] -%}
with

variances as (
    select * from {{ ref('budget_variances') }}
),

ancestors as (
    select * from {{ ref('int_department_ancestors') }}
),

-- An amount that one row does not know is known of none above it.
rolled as (
    select
        variances.period_id,
        variances.period_kind,
        variances.version_id,
        ancestors.ancestor_id as department_id,
        max(ancestors.ancestor_parent_id) as parent_department_id,
        bool_or(variances.is_in_force) as is_in_force,
        bool_or(variances.budget_status <> 'unbudgeted') as is_budgeted,
        sum(case when ancestors.steps = 0 then variances.budget_amount else 0 end) as own_budget_amount,
        sum(case when ancestors.steps = 0 then variances.actual_amount else 0 end) as own_actual_amount,
        -- Ends of intervals do not add up: only what one row alone makes up has one.
        case when count(*) = 1 then max(variances.forecast_low_amount) end as forecast_low_amount,
        case when count(*) = 1 then max(variances.forecast_high_amount) end as forecast_high_amount,
        {%- for amount in amounts %}
            case when count(*) = count(variances.{{ amount }}) then sum(variances.{{ amount }}) end as {{ amount }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from variances
    inner join ancestors
        on
            variances.period_id = ancestors.period_id
            and variances.period_kind = ancestors.period_kind
            and variances.department_id = ancestors.department_id
    group by variances.period_id, variances.period_kind, variances.version_id, ancestors.ancestor_id
),

final as (
    select
        period_id,
        period_kind,
        version_id,
        department_id,
        parent_department_id,
        {%- for amount in amounts %}
            cast({{ amount }} as decimal(18, 2)) as {{ amount }},
        {%- endfor %}
        cast(forecast_low_amount as decimal(18, 2)) as forecast_low_amount,
        cast(forecast_high_amount as decimal(18, 2)) as forecast_high_amount,
        cast(own_budget_amount as decimal(18, 2)) as own_budget_amount,
        cast(own_actual_amount as decimal(18, 2)) as own_actual_amount,
        {{ ratio('variance_amount', 'abs(budget_to_date_amount)') }} as variance_pct,
        case
            when variance_amount is null then 'period not begun'
            when budget_to_date_amount = 0 then 'no budget to date'
            when variance_pct is null then 'too little budget to date'
        end as variance_pct_reason,
        case
            when not is_budgeted then 'unbudgeted'
            when budget_amount = 0 then 'zero_budget'
            else 'budgeted'
        end as budget_status,
        is_in_force
    from rolled
)

select * from final
order by period_kind, period_id, version_id, department_id
