-- key: vendor_id, metric
with metrics as (
    unpivot (
        select vendor_id, cost_effectiveness_score::decimal(9, 2) as cost_effectiveness,
            price_adherence_score as price_adherence, invoice_accuracy_score as invoice_accuracy,
            delivery_vs_plan_score as delivery_vs_plan, billing_timeliness_score as billing_timeliness,
            reconciliation_score as reconciliation, credit_recovery_score as credit_recovery,
            terms_and_risk_score as terms_and_risk
        from marts.vendor_scorecards
    )
    on columns(* exclude vendor_id) into name metric value score
)
select vendor_id, metric, score from metrics where vendor_id $of_one order by vendor_id, metric
