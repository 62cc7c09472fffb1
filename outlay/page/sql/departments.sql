-- key: department_id
with tree as (
    select department_id, min(parent_department_id) as parent_department_id
    from marts.budget_rollups
    where period_id = $period_id
    group by department_id
),
names as (
    select department_id, arg_max(name, valid_from) as name from marts.departments group by department_id
)
select tree.department_id, coalesce(names.name, tree.department_id) as name, tree.parent_department_id
from tree left join names using (department_id)
order by tree.department_id
