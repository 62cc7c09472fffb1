{{ config(materialized='view') }}

-- The order in which claims take from the evidence: documents, quantities, prices, credits, tax and fees, demand,
-- releases. Two kinds of claim need what no input delivers.
select
    listed.detector,
    listed.order_no,
    listed.stage,
    listed.class,
    listed.undelivered
from (
    values
    ('exact_duplicate_invoice', 1, 'document', 'cash_recovery', null),
    ('near_duplicate_invoice', 2, 'document', 'cash_recovery', null),
    ('cross_vendor_duplicate', 3, 'document', 'cash_recovery', null),
    ('paid_twice', 4, 'document', 'cash_recovery', null),
    ('billed_over_delivered', 5, 'quantity', 'cash_recovery', null),
    ('missing_platform_credit', 6, 'quantity', 'cash_recovery', null),
    ('spend_after_end', 7, 'quantity', 'run_rate', null),
    ('out_of_market', 8, 'quantity', 'run_rate', 'countries served, and the countries wanted'),
    ('rate_leakage', 9, 'price', 'cash_recovery', null),
    ('grossed_up_commission', 10, 'price', 'cash_recovery', null),
    ('uplift_above_cap', 11, 'price', 'cash_recovery', null),
    ('uncontracted_buying', 12, 'price', 'run_rate', null),
    ('fx_above_benchmark', 13, 'price', 'run_rate', null),
    ('unused_credit', 14, 'credit', 'cash_recovery', null),
    ('missed_rebate', 15, 'credit', 'cash_recovery', null),
    ('unreclaimed_tax', 16, 'fee', 'cash_recovery', null),
    ('late_fee', 17, 'fee', 'run_rate', null),
    ('missed_discount', 18, 'fee', 'run_rate', null),
    ('renewal_window', 19, 'demand', 'avoidance', null),
    ('idle_subscription', 20, 'demand', 'run_rate', 'seats used and seats paid, and what each tool is for'),
    ('tail_vendor', 21, 'demand', 'run_rate', null),
    ('spend_without_result', 22, 'demand', 'reallocation', null),
    ('below_margin_spend', 23, 'demand', 'reallocation', null),
    ('stale_commitment', 24, 'release', 'release', null)
) as listed (detector, order_no, stage, class, undelivered)
