-- Pairs of live bills of one vendor with the same gross amount, and why they look like one bill. Four and more of the
-- same lines in one month are a price list, not a bill sent twice: an insertion, say, at the rate of its kind.
{% set same_number %}(
    first_bill.number_key = later_bill.number_key or first_bill.plain_number = later_bill.plain_number
){% endset %}
with

invoices as (
    select
        *,
        row_number() over (order by received_date, invoice_date, number_key, invoice_id) as arrival,
        count(*) over (partition by cluster_id, currency, gross_cents, fingerprint, service_month) as same_count
    from {{ ref('int_invoices_normalised') }}
    where not is_credit and gross_amount > 0
),

shifted as (
    select *, gross_cents - 1 as near_cents from invoices
    union all
    select *, gross_cents as near_cents from invoices
    union all
    select *, gross_cents + 1 as near_cents from invoices
),

pairs as (
    select
        first_bill.invoice_id as first_invoice_id,
        first_bill.arrival as first_arrival,
        coalesce(first_bill.invoice_number, first_bill.invoice_id) as first_number,
        first_bill.surviving_vendor_id <> later_bill.surviving_vendor_id as is_across_records,
        first_bill.gross_cents = later_bill.gross_cents and {{ same_number }}
        and first_bill.fiscal_year = later_bill.fiscal_year as is_exact,
        abs({{ days_between('first_bill.invoice_date', 'later_bill.invoice_date') }}) <= 45 as is_close,
        {{ same_number }} as has_same_number,
        {{ numbers_alike('first_bill.number_key', 'later_bill.number_key') }}
        or {{ numbers_alike('first_bill.plain_number', 'later_bill.plain_number') }} as has_similar_number,
        first_bill.fingerprint = later_bill.fingerprint and first_bill.service_month = later_bill.service_month
        and later_bill.same_count < 4 as has_same_lines,
        first_bill.service_month <> later_bill.service_month as has_other_month,
        later_bill.*
    from shifted as first_bill
    inner join invoices as later_bill
        on
            first_bill.cluster_id = later_bill.cluster_id
            and first_bill.currency = later_bill.currency
            and first_bill.near_cents = later_bill.gross_cents
            and first_bill.arrival < later_bill.arrival
            and (
                {{ same_number }}
                or abs({{ days_between('first_bill.invoice_date', 'later_bill.invoice_date') }}) <= 45
            )
    -- Each bills its own month under a contract by the month.
    where not coalesce(
            first_bill.monthly_contract_id = later_bill.monthly_contract_id
            and first_bill.service_month <> later_bill.service_month
            and not {{ same_number }}, false
        )
),

alike as (
    select
        *,
        case
            when is_exact then 'the same number'
            when not is_close then null
            when has_same_number then 'the same number in another year or a cent apart'
            when has_similar_number then 'a number one step away'
            when has_same_lines then 'the same lines'
        end as likeness
    from pairs
),

innocent as (
    select distinct
        first_series.invoice_id as first_invoice_id,
        later_series.invoice_id as later_invoice_id
    from alike
    inner join {{ ref('int_invoices_recurring') }} as first_series on alike.first_invoice_id = first_series.invoice_id
    inner join {{ ref('int_invoices_recurring') }} as later_series
        on alike.invoice_id = later_series.invoice_id and first_series.series = later_series.series
    where alike.has_other_month
),

final as (
    select alike.*
    from alike
    left join innocent
        on alike.first_invoice_id = innocent.first_invoice_id and alike.invoice_id = innocent.later_invoice_id
    where alike.likeness is not null and (alike.is_exact or innocent.first_invoice_id is null)
)

select * from final
