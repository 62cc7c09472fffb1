with

lines as (
    select * from {{ ref('int_ledger_lines_dated') }}
),

costed as (
    select
        lines.entry_id,
        lines.posting_date,
        lines.account_id,
        lines.doc_id,
        lines.currency,
        lines.amount as amount_doc,
        accounts.spend_category,
        accounts.is_media,
        classes.channel,
        classes.department_id,
        coalesce(lines.campaign_id, '(none)') as campaign_id,
        classes.platform,
        coalesce(vendors.surviving_vendor_id, lines.stated_vendor_id, '(none)') as vendor_id,
        lines.is_accrual,
        lines.has_service_dates,
        lines.service_start,
        greatest(lines.service_start, coalesce(lines.service_end, lines.service_start)) as service_end,
        case
            when lines.amount_home is not null
                then cast({{ round_half_even('lines.amount_home') }} as decimal(18, 2))
            when lines.fx_rate is not null
                then {{ from_units(divide_half_even(
                    as_units('lines.amount', 4) ~ ' * ' ~ as_units('lines.fx_rate', 8), '10000000000'
                )) }}
            else {{ home_amount('lines.amount', 'lines.currency', 'rates') }}
        end as amount
    from lines
    inner join {{ ref('int_accounts_classified') }} as accounts
        on lines.account_id = accounts.account_id and accounts.is_marketing
    inner join {{ ref('int_postings_classified') }} as classes
        on
            lines.account_id = classes.account_id
            and lines.vendor_id is not distinct from classes.vendor_id
            and lines.campaign_id is not distinct from classes.campaign_id
            and lines.channel is not distinct from classes.channel_label
            and lines.department_id is not distinct from classes.department_label
    left join {{ ref('int_vendors_merged') }} as vendors on lines.stated_vendor_id = vendors.vendor_id
    left join {{ ref('int_fx_rates_daily') }} as rates
        on lines.currency = rates.currency and lines.rated_on = rates.date_day
)

select * from costed
