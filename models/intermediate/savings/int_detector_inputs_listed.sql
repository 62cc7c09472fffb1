{{ config(materialized='view') }}

{% set documents = 'vendor_invoices or a ledger with vendors' -%}
{% set services = 'platform_spend or vendor_invoice_lines' -%}
{% set ends = 'campaigns, contracts or purchase_orders' -%}
-- Without any one of its inputs a detector cannot look.
select
    listed.detector,
    listed.input
from (
    values
    ('exact_duplicate_invoice', '{{ documents }}'),
    ('near_duplicate_invoice', '{{ documents }}'),
    ('cross_vendor_duplicate', '{{ documents }}'),
    ('paid_twice', '{{ documents }}'),
    ('paid_twice', 'payments'),
    ('billed_over_delivered', 'vendor_invoice_lines'),
    ('missing_platform_credit', 'platform_spend'),
    ('missing_platform_credit', 'campaigns'),
    ('missing_platform_credit', 'platform_invoices'),
    ('spend_after_end', '{{ services }}'),
    ('spend_after_end', '{{ ends }}'),
    ('rate_leakage', 'contract_rates'),
    ('rate_leakage', 'vendor_invoice_lines'),
    ('grossed_up_commission', 'contracts'),
    ('grossed_up_commission', 'vendor_invoice_lines'),
    ('uplift_above_cap', 'contracts'),
    ('uplift_above_cap', 'vendor_invoice_lines'),
    ('uncontracted_buying', 'contract_rates'),
    ('uncontracted_buying', 'vendor_invoice_lines'),
    ('fx_above_benchmark', 'ledger_entries'),
    ('unused_credit', '{{ documents }}'),
    ('unused_credit', 'payments'),
    ('missed_rebate', 'contracts'),
    ('missed_rebate', '{{ documents }}'),
    ('unreclaimed_tax', 'ledger_entries'),
    ('unreclaimed_tax', '{{ documents }}'),
    ('late_fee', '{{ documents }}'),
    ('missed_discount', 'contracts'),
    ('missed_discount', 'vendor_invoice_lines'),
    ('renewal_window', 'contracts'),
    ('tail_vendor', '{{ documents }}'),
    ('spend_without_result', 'platform_spend'),
    ('below_margin_spend', 'platform_spend'),
    ('below_margin_spend', 'lift_tests'),
    ('stale_commitment', 'purchase_orders')
) as listed (detector, input)
