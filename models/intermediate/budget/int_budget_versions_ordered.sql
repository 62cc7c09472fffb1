with

versions as (
    select * from {{ ref('stg_planning__budget_versions') }}
    where
        lower(status) in ('approved', 'superseded')
        and lower(kind) not like '%forecast%'
        and approved_on <= {{ as_of() }}
),

years as (
    select
        fiscal_year,
        start_date,
        end_date
    from {{ run_input('fiscal_calendar') }}
    where period_kind = 'year'
),

dated as (
    select
        versions.version_id,
        right(trim(versions.fiscal_year), 4) as fiscal_year,
        versions.kind,
        versions.status,
        versions.approved_on,
        versions.currency,
        coalesce(versions.effective_from, versions.approved_on) as effective_from,
        years.start_date as year_start_date,
        years.end_date as year_end_date
    from versions
    left join years on right(trim(versions.fiscal_year), 4) = cast(years.fiscal_year as varchar)
),

ordered as (
    select
        *,
        row_number() over (
            partition by fiscal_year order by effective_from asc, approved_on asc, version_id asc
        ) as version_no,
        lead(effective_from) over (
            partition by fiscal_year order by effective_from asc, approved_on asc, version_id asc
        ) as next_effective_from
    from dated
)

select * from ordered
