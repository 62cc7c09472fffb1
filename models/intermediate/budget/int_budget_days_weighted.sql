-- How a line's remaining total falls on its remaining days: a weight a day, cumulated.
with

versions as (
    select * from {{ ref('int_budget_versions_ordered') }}
),

lines as (
    select
        lines.*,
        versions.version_no,
        versions.fiscal_year,
        versions.next_effective_from,
        count(*) over (partition by lines.version_id, lines.line_key) as line_count,
        -- The first version of a year also plans the periods that had passed when it came into force.
        case
            when versions.version_no = 1 and versions.effective_from > lines.end_date then lines.start_date
            else greatest(versions.effective_from, lines.start_date)
        end as first_day
    from {{ ref('int_budget_lines_prepared') }} as lines
    inner join versions on lines.version_id = versions.version_id
),

profiles as (
    select
        profile_id,
        date_day,
        {{ weekday_number('weekday') }} as weekday_number,
        weight
    from {{ ref('stg_planning__budget_profiles') }}
),

days as (
    select
        *,
        {{ each_day('case when version_no = 1 then start_date else first_day end', 'end_date') }} as date_day
    from lines
),

weighed as (
    select
        days.*,
        case
            when days.date_day < days.first_day then 0
            when days.phasing = 'whole_period' then case when days.date_day = days.first_day then 1 else 0 end
            when days.phasing = 'milestone' then case when days.date_day = days.milestone_date then 1 else 0 end
            when days.phasing = 'profile' then {{ as_units('coalesce(dated.weight, by_weekday.weight, 0)', 6) }}
            else 1
        end as line_weight
    from days
    left join profiles as dated
        on days.phasing = 'profile' and days.profile_id = dated.profile_id and days.date_day = dated.date_day
    left join profiles as by_weekday
        on
            days.phasing = 'profile'
            and days.profile_id = by_weekday.profile_id
            and by_weekday.date_day is null
            and {{ iso_weekday('days.date_day') }} = by_weekday.weekday_number
),

-- Several lines of one key (milestones) weigh by their own amounts.
scaled as (
    select
        *,
        case
            when line_count = 1 then line_weight
            else {{ divide_half_even(
                'line_weight * 1000000 * ' ~ as_units('amount', 2),
                'nullif(sum(line_weight) over (partition by version_id, line_key, phasing, milestone_date, profile_id), 0)'
            ) }}
        end as scaled_weight
    from weighed
),

totals as (
    select
        version_id,
        version_no,
        fiscal_year,
        next_effective_from,
        line_key,
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
        version_id, version_no, fiscal_year, next_effective_from, line_key, department_id, channel, spend_category, date_day
),

-- Where the phasing leaves nothing for the remaining days: evenly, a passed milestone on the first of them.
final as (
    select
        * exclude (stated_weight, has_milestone),
        case
            when sum(stated_weight) over (partition by version_id, line_key) <> 0 then stated_weight
            when date_day < first_day then 0
            when has_milestone and date_day > first_day then 0
            else 1
        end as day_weight
    from totals
)

select * from final
