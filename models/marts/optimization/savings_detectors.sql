-- Which kinds of claims were looked for, and which could not be for want of what input.
with

detectors as (
    select * from {{ ref('int_detectors_ordered') }}
),

inputs as (
    {% for input, models in [
        ('vendor_invoices or a ledger with vendors', ['int_invoice_lines_costed']),
        ('payments', ['stg_procurement__payments']),
        ('platform_spend', ['stg_ads__platform_spend']),
        ('campaigns', ['stg_ads__campaigns']),
        ('platform_spend or vendor_invoice_lines', ['stg_ads__platform_spend', 'stg_procurement__vendor_invoice_lines']),
        ('campaigns, contracts or purchase_orders', [
            'stg_ads__campaigns', 'stg_procurement__contracts', 'stg_procurement__purchase_orders'
        ]),
        ('platform_invoices', ['stg_ads__platform_invoices']),
        ('contracts', ['stg_procurement__contracts']),
        ('contract_rates', ['stg_procurement__contract_rates']),
        ('vendor_invoice_lines', ['stg_procurement__vendor_invoice_lines']),
        ('purchase_orders', ['stg_procurement__purchase_orders']),
        ('ledger_entries', ['stg_ledger__entries']),
        ('lift_tests', ['stg_web__lift_tests']),
    ] %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ input }}' as input,
            {% for model in models %}
                (select count(*) from {{ ref(model) }}) {{ '+' if not loop.last }}
            {% endfor %} > 0 as is_delivered
    {% endfor %}
),

needs as (
    select * from {{ ref('int_detector_inputs_listed') }}
),

missing as (
    select
        needs.detector,
        {{ joined_text('needs.input', ', ', 'needs.input') }} as missing_input
    from needs
    inner join inputs on needs.input = inputs.input
    where not inputs.is_delivered
    group by needs.detector
),

claims as (
    select
        detector,
        count(*) as claim_count,
        sum(gross_amount) as gross_amount,
        sum(claimable_amount) as claimable_amount
    from {{ ref('savings_opportunities') }}
    group by detector
),

final as (
    select
        detectors.detector,
        cast(detectors.order_no as integer) as order_no,
        detectors.stage,
        detectors.class,
        case
            when coalesce(detectors.undelivered, missing.missing_input) is null then 'run'
            else 'not_run'
        end as status,
        coalesce('no input gives ' || detectors.undelivered, 'not delivered: ' || missing.missing_input)
            as missing_input,
        cast(coalesce(claims.claim_count, 0) as bigint) as claim_count,
        cast(coalesce(claims.gross_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(claims.claimable_amount, 0) as decimal(18, 2)) as claimable_amount
    from detectors
    left join missing on detectors.detector = missing.detector
    left join claims on detectors.detector = claims.detector
)

select * from final
order by order_no
