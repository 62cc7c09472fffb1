-- key: origin
select
    case when origin = 'platform' then platform else origin end as origin, max(date_day) as last_day,
    count(*) as row_count
from marts.spend_daily
where date_day <= $as_of
group by all
order by last_day, origin
