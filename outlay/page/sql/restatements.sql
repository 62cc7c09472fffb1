-- key: table_name, key, column_name
select
    table_name, key, column_name, was, is_now, is_now - was as change_amount, cause, first_published_at, restated_at,
    count(*) over () as restated_count
from marts.restatements
where restated_at = (select max(restated_at) from marts.restatements)
order by abs(is_now - was) desc nulls first, table_name, key, column_name
limit 8
