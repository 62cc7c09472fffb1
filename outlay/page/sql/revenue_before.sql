-- key: period_id
select
    p.period_id,
    sum(r.revenue_amount - r.refunded_amount) filter (r.date_day between p.start_date and $as_of) as revenue_amount,
    sum(r.revenue_amount - r.refunded_amount) filter (r.date_day between before.start_date
        and before.start_date + date_diff('day', p.start_date, $as_of)::integer) as before_amount,
    before.period_id as before_period_id
from marts.fiscal_periods as p
inner join marts.fiscal_periods as before on before.period_id = p.comparable_prior_period_id
inner join marts.attributed_revenue_daily as r on r.model = $model
where p.period_id = $period_id
    and before.start_date >= (select min(date_day) from marts.attributed_revenue_daily where model = $model)
group by all
