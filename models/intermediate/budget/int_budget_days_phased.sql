{{ config(materialized='ephemeral') }}

-- The days that a line's total can fall on, each with the weight its own phasing gives it.
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
)

select * from weighed
