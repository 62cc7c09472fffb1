with

lines as (
    select lines.*
    from {{ ref('int_invoice_lines_costed') }} as lines
    inner join {{ ref('int_scorecard_months') }} as months
        on lines.service_month between months.first_day and months.last_day
),

prices as (
    select
        lines.surviving_vendor_id as vendor_id,
        sum(cast({{ product('lines.qty', 6, 'least(matched.billed_price, matched.agreed_price)') }} as decimal(18, 4)))
            as kept_doc,
        sum(cast({{ product('lines.qty', 6, 'matched.billed_price') }} as decimal(18, 4))) as billed_doc
    from lines
    inner join {{ ref('int_contract_prices_matched') }} as matched
        on lines.invoice_id = matched.invoice_id and lines.line_no = matched.line_no
    group by lines.surviving_vendor_id
),

-- Bills with a claim against the vendor, or a credit that corrects them.
faulty as (
    select lines.invoice_id
    from lines
    inner join {{ ref('int_claims_capped') }} as claims on lines.purse = claims.purse
    where claims.detector in (
            'exact_duplicate_invoice', 'near_duplicate_invoice', 'cross_vendor_duplicate', 'billed_over_delivered',
            'rate_leakage', 'grossed_up_commission', 'uplift_above_cap'
        )
    union
    select original_invoice_id as invoice_id
    from {{ ref('int_invoices_normalised') }}
    where is_credit and original_invoice_id is not null
),

bills as (
    select
        lines.invoice_id,
        lines.surviving_vendor_id as vendor_id,
        lines.service_month,
        {{ days_between('coalesce(lines.service_end, lines.invoice_date)', 'lines.received_date') }} as days_to_bill,
        lines.service_end is not null as has_service_end,
        max(case when faulty.invoice_id is not null then 1 else 0 end) as is_faulty
    from lines
    left join faulty on lines.invoice_id = faulty.invoice_id
    where not lines.is_credit
    group by all
),

summed as (
    select
        vendor_id,
        count(distinct invoice_id) as invoice_count,
        count(distinct service_month) as month_count,
        sum(1 - is_faulty) as clean_count,
        median(case when has_service_end then days_to_bill end) as median_days
    from bills
    group by vendor_id
),

final as (
    select
        summed.vendor_id,
        summed.invoice_count,
        summed.month_count,
        {{ ratio('prices.kept_doc', 'prices.billed_doc', 4) }} as price_adherence,
        {{ ratio('summed.clean_count', 'summed.invoice_count', 0) }} as invoice_accuracy,
        cast(summed.median_days as decimal(18, 6)) as billing_timeliness
    from summed
    left join prices on summed.vendor_id = prices.vendor_id
)

select * from final
