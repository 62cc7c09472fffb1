{{ config(materialized='view') }}

-- How many of the last twelve months the documents cover.
select
    {{ add_days(as_of(), -365) }} as year_start,
    least(12, greatest(1, count(distinct {{ month_start('invoice_date') }}))) as month_count
from {{ ref('stg_procurement__vendor_invoices') }}
where invoice_date > {{ add_days(as_of(), -365) }} and invoice_date <= {{ as_of() }}
