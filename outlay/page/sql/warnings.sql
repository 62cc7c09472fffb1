-- key: suite, check, subject
select suite, "check", subject, verdict, left(observed, 200) as observed, expected
from marts.quality_verdicts
where verdict <> 'passed' and "check" <> 'suite'
order by suite, "check", subject
limit 6
