-- How the rest of a total falls on its remaining days: one weight a day.
with

phased as (
    select * from {{ ref('int_budget_days_phased') }}
),

-- Several lines of one key (milestones) weigh by their own amounts.
scaled as (
    select
        *,
        case
            when line_count = 1 then line_weight
            else {{ divide_half_even('line_weight * 1000000 * ' ~ as_units('amount', 2), 'nullif(own_weights, 0)') }}
        end as scaled_weight
    from (
        select
            *,
            sum(line_weight) over (partition by version_id, line_key, phasing, milestone_date, profile_id)
                as own_weights
        from phased
    ) as weighed
),

totals as (
    select
        version_id,
        version_no,
        fiscal_year,
        next_effective_from,
        line_key,
        dimensions_key,
        department_id,
        channel,
        spend_category,
        date_day,
        max(first_day) as first_day,
        cast(sum(amount) as decimal(18, 2)) as line_amount,
        coalesce(sum(scaled_weight), 0) as stated_weight,
        bool_or(phasing = 'milestone') as has_milestone
    from scaled
    group by
        version_id, version_no, fiscal_year, next_effective_from, line_key, dimensions_key,
        department_id, channel, spend_category, date_day
),

-- Where the phasing leaves nothing for the remaining days: evenly, a passed milestone on the first of them.
final as (
    select
        {{ all_but(['stated_weight', 'has_milestone']) }},
        case
            when sum(stated_weight) over (partition by version_id, line_key) <> 0 then stated_weight
            when date_day < first_day then 0
            when has_milestone and date_day > first_day then 0
            else 1
        end as day_weight
    from totals
)

select * from final
