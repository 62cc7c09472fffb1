select
    lines.version_id,
    lines.period_id,
    lines.department_id,
    lines.channel,
    lines.amount,
    case when versions.version_id is null then 'no such version' else 'no such period' end as problem
from {{ ref('stg_planning__budget_lines') }} as lines
left join {{ ref('stg_planning__budget_versions') }} as versions on lines.version_id = versions.version_id
left join {{ ref('int_budget_versions_ordered') }} as ordered on lines.version_id = ordered.version_id
left join {{ run_input('period_aliases') }} as aliases on lines.period_id = aliases.alias
where
    versions.version_id is null
    -- A year outside the calendar of this run is not planned here.
    or (ordered.year_start_date is not null and aliases.alias is null)
