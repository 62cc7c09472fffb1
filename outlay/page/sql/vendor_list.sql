-- key: vendor_id
with spend as (
    select vendor_id, sum(amount) as spend_amount
    from marts.spend_daily
    where date_day between $start_date and least($end_date, $as_of)
    group by vendor_id
)
select
    v.vendor_id, v.name, v.country, v.currency, spend.spend_amount, s.score, s.grade, s.score_reason, s.coverage,
    s.leakage_amount, s.claim_count, s.invoice_count,
    case when spend.vendor_id is null then 'nothing in this period' end as spend_amount_reason,
    case when s.vendor_id is null then 'not rated' end as leakage_amount_reason
from marts.vendors as v
left join marts.vendor_scorecards as s using (vendor_id)
left join spend using (vendor_id)
where not v.is_placeholder and v.vendor_id = v.surviving_vendor_id
order by spend_amount desc nulls last, v.vendor_id
