-- A department that stands, level by level, below itself has no place in a roll-up.
select
    ancestors.period_id,
    ancestors.department_id,
    min(departments.parent_id) as parent_id
from {{ ref('int_department_ancestors') }} as ancestors
left join {{ ref('departments') }} as departments on ancestors.department_id = departments.department_id
group by ancestors.period_id, ancestors.department_id
having sum(case when ancestors.ancestor_parent_id is null then 1 else 0 end) = 0
