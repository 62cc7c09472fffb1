-- key: source
select source, count(*) as row_count, min(reason) as example_reason, count(distinct reason) as reason_count
from marts.quarantined_rows
group by source
order by row_count desc, source
limit 12
