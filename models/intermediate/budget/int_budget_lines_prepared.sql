-- One row a version, period and set of dimensions: lines that differ only in their milestone are one total.
with

lines as (
    select * from {{ ref('stg_planning__budget_lines') }}
),

label_rules as (
    select * from {{ run_input('match_rules') }}
    where
        label_pattern is not null
        and platform_pattern is null
        and campaign_pattern is null
        and account_pattern is null
        and vendor_pattern is null
),

labels as (
    select 'channel' as target, channel as label from lines
    union
    select 'department' as target, department_id as label from lines
),

renamed as (
    select
        labels.target,
        labels.label,
        min_by(label_rules.value, label_rules.rule_no) as value
    from labels
    inner join label_rules
        on labels.target = label_rules.target and {{ matches('labels.label', 'label_rules.label_pattern') }}
    group by labels.target, labels.label
),

campaigns as (
    select
        campaign_id,
        min_by(channel, platform) as channel,
        min_by(department_id, platform) as department_id
    from {{ ref('int_campaigns_classified') }}
    group by campaign_id
),

rated as (
    select
        versions.version_id,
        versions.currency,
        coalesce(budget_rates.multiplier, spot_rates.multiplier) as multiplier,
        coalesce(budget_rates.divisor, spot_rates.divisor) as divisor
    from {{ ref('int_budget_versions_ordered') }} as versions
    left join {{ ref('int_fx_rates_routed') }} as budget_rates
        on
            versions.currency = budget_rates.currency
            and budget_rates.rate_type = 'budget'
            and budget_rates.date_day = least(
                greatest(versions.effective_from, coalesce(versions.year_start_date, versions.effective_from)),
                {{ as_of() }}
            )
    left join {{ ref('int_fx_rates_routed') }} as spot_rates
        on
            versions.currency = spot_rates.currency
            and spot_rates.rate_type = 'spot'
            and spot_rates.date_day = least(versions.effective_from, {{ as_of() }})
),

placed as (
    select
        lines.version_id,
        concat_ws(
            '/', lines.period_id, coalesce(lines.department_id, ''), coalesce(lines.channel, ''),
            coalesce(lines.campaign_id, ''), coalesce(lines.account_id, '')
        ) as line_key,
        concat_ws(
            '/', coalesce(lines.department_id, ''), coalesce(lines.channel, ''),
            coalesce(lines.campaign_id, ''), coalesce(lines.account_id, '')
        ) as dimensions_key,
        aliases.start_date,
        aliases.end_date,
        coalesce(
            departments.value, lines.department_id, nullif(campaigns.department_id, 'unmapped'), 'unallocated'
        ) as department_id,
        coalesce(channels.value, lines.channel, nullif(campaigns.channel, 'unmapped'), 'unallocated') as channel,
        case when lines.account_id is null then 'all' else coalesce(accounts.spend_category, 'unmapped') end
            as spend_category,
        coalesce(lines.phasing, 'even_day') as phasing,
        lines.profile_id,
        least(greatest(coalesce(lines.milestone_date, aliases.start_date), aliases.start_date), aliases.end_date)
            as milestone_date,
        lines.campaign_id,
        lines.quantity,
        lines.unit,
        coalesce(lines.carry, 'none') as carry,
        lines.amount as amount_doc,
        {{ home_amount('lines.amount', 'rated.currency', 'rated') }} as amount
    from lines
    inner join rated on lines.version_id = rated.version_id
    inner join {{ run_input('period_aliases') }} as aliases on lines.period_id = aliases.alias
    left join renamed as departments on departments.target = 'department' and lines.department_id = departments.label
    left join renamed as channels on channels.target = 'channel' and lines.channel = channels.label
    left join campaigns on lines.campaign_id = campaigns.campaign_id
    left join {{ ref('int_accounts_classified') }} as accounts on lines.account_id = accounts.account_id
)

select * from placed
