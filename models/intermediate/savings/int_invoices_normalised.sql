with

lines as (
    select * from {{ ref('int_invoice_lines_costed') }}
),

summed as (
    select
        invoice_id,
        bool_and(is_invoice) as is_invoice,
        min(invoice_number) as invoice_number,
        {{ normalised_number('min(invoice_number)') }} as plain_number,
        min(invoice_date) as invoice_date,
        min(original_invoice_id) as original_invoice_id,
        min(currency) as currency,
        max(gross_amount) as gross_amount,
        max(stated_paid_on) as stated_paid_on,
        count(service_start) > 0 as has_service_dates,
        case
            when count(service_start) = count(*) and min(contract_id) = max(contract_id)
                and count(case when unit = 'month' then contract_id end) = count(*)
                then min(contract_id)
        end as monthly_contract_id,
        cast(sum(net_amount) as decimal(18, 4)) as net_amount,
        min(vendor_id) as vendor_id,
        min(surviving_vendor_id) as surviving_vendor_id,
        min(cluster_id) as cluster_id,
        bool_or(is_credit) as is_credit,
        min(received_date) as received_date,
        min(service_month) as service_month,
        {{ joined_text("item_key", ' ', 'item_key') }} as items_key,
        {{ joined_text(
            "item_key || ' ' || coalesce(cast(qty as varchar), '') || ' ' || coalesce(cast(unit_price as varchar), '')",
            ' ', 'item_key, qty, unit_price'
        ) }} as fingerprint,
        cast(sum(cost_amount_doc) as decimal(18, 4)) as cost_amount_doc
    from lines
    group by invoice_id
),

payments as (
    select
        invoice_id,
        sum(amount) as paid_amount,
        max(paid_on) as last_paid_on
    from {{ ref('stg_procurement__payments') }}
    where paid_on <= {{ as_of() }}
    group by invoice_id
),

numbered as (
    select
        summed.*,
        coalesce(payments.paid_amount, 0) as paid_amount,
        coalesce(payments.last_paid_on, summed.stated_paid_on) as last_paid_on,
        coalesce(years.fiscal_year, year(summed.invoice_date)) as fiscal_year
    from summed
    left join payments on summed.invoice_id = payments.invoice_id
    left join {{ run_input('fiscal_calendar') }} as years
        on years.period_kind = 'year' and summed.invoice_date between years.start_date and years.end_date
),

prefixed as (
    select
        *,
        nullif(regexp_extract(plain_number, '^[A-Z]+', 0), '') as prefix
    from numbered
),

-- A prefix that at least four of five numbers of a vendor bear says nothing about the document.
counted as (
    select
        *,
        count(*) over (partition by vendor_id, prefix) as prefix_count,
        count(plain_number) over (partition by vendor_id) as number_count
    from prefixed
),

final as (
    select
        {{ all_but(['prefix', 'prefix_count', 'number_count'], 'counted') }},
        case
            when prefix is not null and number_count >= 3 and prefix_count * 5 >= number_count * 4
                then coalesce(nullif(substr(plain_number, length(prefix) + 1), ''), plain_number)
            else plain_number
        end as number_key,
        cast(round(gross_amount * 100, 0) as bigint) as gross_cents,
        last_paid_on is not null or paid_amount > 0 as is_paid
    from counted
)

select * from final
