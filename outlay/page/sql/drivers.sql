-- key: driver
select coalesce(driver, '(total)') as driver, sum(amount) as amount
from marts.variance_drivers
where period_id = $period_id and basis = 'to_date' and $departments
    and version_id in (
        select version_id from marts.budget_variances where period_id = $period_id and is_in_force
    )
group by grouping sets ((driver), ())
having count(*) > 0
order by grouping(driver),
    list_position(['volume', 'price', 'mix', 'new', 'dropped', 'fx', 'non_unit'], driver), driver
