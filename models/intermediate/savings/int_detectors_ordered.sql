{{ config(materialized='view') }}

-- The order in which claims take from the evidence: documents, quantities, prices, credits, tax and fees, releases.
select
    listed.detector,
    listed.order_no,
    listed.stage
from (
    values
    ('exact_duplicate_invoice', 1, 'document'),
    ('near_duplicate_invoice', 2, 'document'),
    ('cross_vendor_duplicate', 3, 'document'),
    ('paid_twice', 4, 'document'),
    ('billed_over_delivered', 5, 'quantity'),
    ('missing_platform_credit', 6, 'quantity'),
    ('spend_after_end', 7, 'quantity'),
    ('rate_leakage', 8, 'price'),
    ('grossed_up_commission', 9, 'price'),
    ('uplift_above_cap', 10, 'price'),
    ('uncontracted_buying', 11, 'price'),
    ('fx_above_benchmark', 12, 'price'),
    ('unused_credit', 13, 'credit'),
    ('missed_rebate', 14, 'credit'),
    ('unreclaimed_tax', 15, 'fee'),
    ('late_fee', 16, 'fee'),
    ('missed_discount', 17, 'fee'),
    ('renewal_window', 18, 'release'),
    ('stale_commitment', 19, 'release')
) as listed (detector, order_no, stage)
