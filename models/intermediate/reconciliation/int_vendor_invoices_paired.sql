-- The vendor invoices of ad platforms, each beside the platform's own invoice that it is.
with

feeds as (
    select distinct vendor_id from {{ ref('int_delivery_months_valued') }}
),

entered as (
    select
        vendors.surviving_vendor_id as vendor_id,
        invoices.invoice_id,
        invoices.invoice_number,
        {{ normalised_number('invoices.invoice_number') }} as number_key,
        invoices.po_number,
        invoices.currency,
        invoices.net_amount,
        coalesce(invoices.tax_amount, 0) as tax_amount,
        invoices.invoice_date,
        {{ month_start('coalesce(invoices.service_start, invoices.invoice_date)') }} as service_month,
        {{ month_start('coalesce(invoices.service_end, invoices.service_start, invoices.invoice_date)') }} as last_month
    from {{ ref('stg_procurement__vendor_invoices') }} as invoices
    inner join {{ ref('int_vendors_merged') }} as vendors on invoices.vendor_id = vendors.vendor_id
    inner join feeds on vendors.surviving_vendor_id = feeds.vendor_id
    where
        lower(coalesce(invoices.status, 'approved')) not in {{ dead_document_statuses() }}
        and invoices.invoice_date <= {{ as_of() }}
),

platform_bills as (
    select distinct
        accounts.vendor_id,
        invoices.invoice_id as bill_id,
        coalesce(invoices.invoice_number, invoices.invoice_id) as bill_number,
        invoices.po_number,
        {{ month_start('invoices.service_month') }} as service_month
    from {{ ref('stg_ads__platform_invoices') }} as invoices
    inner join {{ ref('int_vendor_accounts_listed') }} as accounts on invoices.account_id = accounts.account_id
    where coalesce(invoices.invoice_date, invoices.service_month) <= {{ as_of() }}
),

candidates as (
    select
        entered.vendor_id,
        entered.invoice_id,
        platform_bills.bill_id,
        case
            when entered.invoice_number = platform_bills.bill_number then 1
            when
                entered.number_key in (
                    {{ normalised_number('platform_bills.bill_number') }},
                    {{ normalised_number('platform_bills.bill_id') }}
                )
                then 2
            else 3
        end as rule_rank,
        entered.invoice_date
    from entered
    inner join platform_bills
        on
            entered.vendor_id = platform_bills.vendor_id
            and (
                entered.number_key in (
                    {{ normalised_number('platform_bills.bill_number') }},
                    {{ normalised_number('platform_bills.bill_id') }}
                )
                or (
                    entered.po_number = platform_bills.po_number
                    and entered.service_month = platform_bills.service_month
                )
            )
),

-- The best document of each, both ways: a number goes before an order, the first entered before one entered again.
best_bills as (
    select * from candidates
    qualify
        row_number() over (partition by invoice_id order by rule_rank asc, bill_id asc) = 1
),

pairs as (
    select * from best_bills
    qualify
        row_number() over (partition by vendor_id, bill_id order by rule_rank asc, invoice_date asc, invoice_id asc) = 1
),

final as (
    select
        entered.*,
        pairs.bill_id,
        case pairs.rule_rank when 3 then 'po_number' else 'document_id' end as pair_rule,
        -- The same amount for the same month, entered before.
        row_number() over (
            partition by entered.vendor_id, entered.currency, entered.net_amount, entered.service_month
            order by (pairs.bill_id is null) asc, entered.invoice_date asc, entered.invoice_id asc
        ) > 1 and pairs.bill_id is null as is_repeated
    from entered
    left join pairs on entered.invoice_id = pairs.invoice_id
)

select * from final
