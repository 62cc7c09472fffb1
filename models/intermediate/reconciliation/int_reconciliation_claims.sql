-- What the ledger should hold for a vendor's month: its bills, and delivery that nobody has billed.
with

lines as (
    select * from {{ ref('int_bill_lines_classified') }}
),

paired as (
    select * from {{ ref('int_vendor_invoices_paired') }}
),

entered_for as (
    select
        vendor_id,
        bill_id,
        min(invoice_id) as entered_id,
        min(invoice_number) as entered_number,
        min(pair_rule) as pair_rule,
        max(tax_amount) as tax_amount
    from paired
    where bill_id is not null
    group by vendor_id, bill_id
),

entered_as as (
    select
        invoice_id,
        tax_amount
    from paired
),

bills as (
    select
        vendor_id,
        service_month,
        currency,
        bill_id,
        min(bill_number) as bill_number,
        min(bill_source) as bill_source,
        count(*) as line_count,
        bool_or(line_class = 'fee') as has_fee_lines,
        cast(sum(case when line_class <> 'tax' then amount else 0 end) as decimal(18, 4)) as expected_amount_doc,
        cast(sum(case when line_class = 'tax' then amount else 0 end) as decimal(18, 4)) as tax_line_amount_doc
    from lines
    group by vendor_id, service_month, currency, bill_id
),

billed as (
    select
        bills.vendor_id,
        bills.service_month,
        bills.currency,
        concat_ws('|', bills.vendor_id, bills.bill_id, cast(bills.service_month as varchar), bills.currency)
            as claim_id,
        bills.bill_id,
        bills.bill_number,
        bills.bill_source,
        entered_for.entered_id,
        entered_for.entered_number,
        coalesce(entered_for.pair_rule, 'document_id') as pair_rule,
        bills.line_count,
        bills.has_fee_lines,
        bills.expected_amount_doc,
        cast(coalesce(
            nullif(bills.tax_line_amount_doc, 0), entered_for.tax_amount, entered_as.tax_amount, 0
        ) as decimal(18, 4)) as tax_amount_doc
    from bills
    left join entered_for on bills.vendor_id = entered_for.vendor_id and bills.bill_id = entered_for.bill_id
    left join entered_as on bills.bill_source <> 'platform' and bills.bill_id = entered_as.invoice_id
),

unbilled as (
    select
        vendor_id,
        service_month,
        currency,
        concat_ws('|', 'delivery', vendor_id, cast(service_month as varchar), currency) as claim_id,
        cast(null as varchar) as bill_id,
        cast(null as varchar) as bill_number,
        'delivery' as bill_source,
        cast(null as varchar) as entered_id,
        cast(null as varchar) as entered_number,
        'document_id' as pair_rule,
        count(*) as line_count,
        false as has_fee_lines,
        cast(sum(served_amount_doc) as decimal(18, 4)) as expected_amount_doc,
        cast(0 as decimal(18, 4)) as tax_amount_doc
    from {{ ref('int_media_bridged') }}
    where bill_id is null and served_amount_doc <> 0
    group by vendor_id, service_month, currency
),

final as (
    select * from billed
    union all
    select * from unbilled
)

select * from final
