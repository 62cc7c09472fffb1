with

listed as (
    select
        version_id,
        right(trim(fiscal_year), 4) as fiscal_year,
        kind,
        status,
        approved_on,
        currency,
        coalesce(effective_from, approved_on) as effective_from
    from {{ ref('stg_planning__budget_versions') }}
    where
        lower(status) in ('approved', 'superseded')
        and lower(kind) not like '%forecast%'
        and approved_on <= {{ as_of() }}
),

-- A version that was superseded before it took effect never held a day.
versions as (
    select listed.*
    from listed
    left join listed as later
        on
            lower(listed.status) = 'superseded'
            and lower(later.status) = 'approved'
            and listed.fiscal_year = later.fiscal_year
            and listed.approved_on <= later.approved_on
            and listed.effective_from > later.effective_from
    where later.version_id is null
),

years as (
    select
        cast(fiscal_year as varchar) as fiscal_year,
        start_date as year_start_date,
        end_date as year_end_date
    from {{ run_input('fiscal_calendar') }}
    where period_kind = 'year'
),

ordered as (
    select
        versions.*,
        years.year_start_date,
        years.year_end_date,
        row_number() over in_their_order as version_no,
        lead(versions.effective_from) over in_their_order as next_effective_from
    from versions
    left join years on versions.fiscal_year = years.fiscal_year
    window in_their_order as (
        partition by versions.fiscal_year
        order by versions.effective_from asc, versions.approved_on asc, versions.version_id asc
    )
),

final as (
    select
        *,
        (version_no = 1 or effective_from <= {{ as_of() }})
        and (next_effective_from is null or next_effective_from > {{ as_of() }}) as is_in_force
    from ordered
)

select * from final
