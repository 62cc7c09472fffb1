{{ config(materialized='view') }}

-- The net media that an agency's commission is charged on: the contract's on the same bill, else that of the month on
-- bills without a fee, else what the fee line states, else the bills of those media vendors of which the fee was the
-- agreed share in some month, to the cent. Fees charged on the same media divide it in proportion.
with

fees as (
    select
        {{ all_but(['is_fee', 'is_media'], 'placed') }},
        sum(net_amount) over (partition by contract_id, media_scope) as fees_doc
    from {{ ref('int_commission_lines_placed') }} as placed
    where is_fee
),

own_media as (
    select contract_id, media_scope, sum(net_amount) as media_doc
    from {{ ref('int_commission_lines_placed') }}
    where is_media
    group by contract_id, media_scope
),

vendor_months as (
    select
        cluster_id,
        service_month,
        currency,
        sum(net_amount) as media_doc
    from {{ ref('int_invoice_lines_costed') }}
    where line_kind in {{ delivery_line_kinds() }}
    group by cluster_id, service_month, currency
),

-- Subsets of the ten largest media vendors, one bit each.
largest as (
    select
        cluster_id,
        row_number() over (order by sum(media_doc) desc, cluster_id asc) as vendor_no
    from vendor_months
    group by cluster_id
    qualify row_number() over (order by sum(media_doc) desc, cluster_id asc) <= 10
),

bits as (
    select
        cluster_id,
        cast(power(2, vendor_no - 1) as bigint) as bit
    from largest
),

doubled_0 as (
    select cast(0 as bigint) as subset_no
),

{% for step in range(10) %}
    doubled_{{ step + 1 }} as (
        select subset_no from doubled_{{ step }}
        union all
        select subset_no + {{ 2 ** step }} as subset_no from doubled_{{ step }}
        where {{ 2 ** step }} <= (select max(bit) from bits)
    ),
{% endfor %}

tried as (
    select
        fees.contract_id,
        doubled_10.subset_no,
        fees.invoice_id,
        fees.line_no,
        fees.net_amount,
        fees.commission_pct,
        sum(vendor_months.media_doc) as media_doc
    from fees
    inner join vendor_months
        on fees.service_month = vendor_months.service_month and fees.currency = vendor_months.currency
    inner join bits on vendor_months.cluster_id = bits.cluster_id
    inner join doubled_10 on {{ whole_quotient('doubled_10.subset_no', 'bits.bit') }} % 2 = 1
    where fees.contract_id not in (select contract_id from own_media) and fees.served_amount is null
    group by all
),

fitting as (
    select
        contract_id,
        subset_no,
        count(*) filter (where abs(net_amount - media_doc * commission_pct) <= 0.011) as exact_months
    from tried
    group by contract_id, subset_no
    having count(*) filter (where abs(net_amount - media_doc * commission_pct) <= 0.011) > 0
    qualify row_number() over (partition by contract_id order by exact_months desc, subset_no asc) = 1
),

final as (
    select
        {{ all_but(['media_scope', 'fees_doc'], 'fees') }},
        coalesce(
            {{ from_units(divide_half_even(
                as_units('own_media.media_doc', 4) ~ ' * ' ~ as_units('fees.net_amount', 4), as_units('fees.fees_doc', 4)
            ), 4) }},
            fees.served_amount,
            tried.media_doc
        ) as media_doc,
        case
            when own_media.media_doc is not null then 'media of the contract'
            when fees.served_amount is not null then 'media stated on the bill'
            when tried.media_doc is not null then 'bills of the media vendors that earlier fees were charged on'
        end as media_source
    from fees
    left join own_media on fees.contract_id = own_media.contract_id and fees.media_scope = own_media.media_scope
    left join fitting on fees.contract_id = fitting.contract_id
    left join tried
        on
            fitting.contract_id = tried.contract_id
            and fitting.subset_no = tried.subset_no
            and fees.invoice_id = tried.invoice_id
            and fees.line_no = tried.line_no
)

select * from final
