-- key: table_name, key, column_name
select
    version_no, table_name, key, column_name, was, is_now, is_now - was as change_amount, cause, first_published_at, restated_at,
    count(*) over () as restated_count
from marts.restatements
where version_no = (select max(version_no) from marts.restatements)
order by abs(is_now - was) desc nulls first, table_name, key, column_name
limit 8
