-- key: suite
select
    suite, count(*) as check_count, count(*) filter (verdict = 'passed') as passed_count,
    count(*) filter (verdict = 'warned') as warned_count,
    count(*) filter (verdict not in ('passed', 'warned')) as failed_count
from marts.quality_verdicts
group by suite
order by suite
