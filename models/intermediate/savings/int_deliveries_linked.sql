{{ config(materialized='view') }}

-- Platform days and invoice lines are one purse: a day that was invoiced is claimed on the lines that bill it.
with

claims as (
    select
        *,
        detector || ':' || platform || '/' || campaign_id
        || case when detector = 'missing_platform_credit' then '/' || cast(service_month as varchar) else '' end
            as claim_id
    from {{ ref('int_deliveries_claimed') }}
),

lines as (
    select * from {{ ref('int_invoice_lines_costed') }}
    where line_kind = 'media' and cost_amount_doc > 0 and not is_credit
),

candidates as (
    select
        claims.claim_id,
        claims.account_id,
        claims.date_day,
        lines.purse,
        lines.invoice_id,
        lines.cost_amount,
        lines.cost_amount_doc,
        rank() over (
            partition by claims.claim_id, claims.account_id, claims.date_day
            order by case when lines.campaign_id is null then 1 else 0 end
        ) as preference
    from claims
    inner join lines
        on
            claims.vendor_id = lines.surviving_vendor_id
            and claims.service_month = lines.service_month
            and claims.currency = lines.currency
            and coalesce(claims.campaign_id = lines.campaign_id, true)
),

-- A line that names the campaign, else the lines that name none, in proportion.
billed as (
    select
        claims.*,
        candidates.purse as line_purse,
        candidates.invoice_id,
        candidates.cost_amount,
        candidates.cost_amount_doc as line_weight
    from claims
    inner join candidates
        on
            claims.claim_id = candidates.claim_id and claims.account_id = candidates.account_id
            and claims.date_day = candidates.date_day
    where candidates.preference = 1
),

divided as (
    select
        {{ all_but(['line_part_doc'], 'shared') }},
        line_part_doc
    from {{ largest_remainder(
        'billed', 'part_doc', 'line_weight', ['claim_id', 'account_id', 'date_day'], ['line_purse'], 'line_part_doc'
    ) }} as shared
),

unbilled as (
    select
        claims.*,
        'platform_day:' || claims.platform || '/' || claims.account_id || '/' || claims.campaign_id || '/'
        || cast(claims.date_day as varchar) as line_purse,
        cast(null as varchar) as invoice_id,
        cast(null as decimal(18, 2)) as cost_amount,
        cast(null as decimal(18, 4)) as line_weight,
        claims.part_doc as line_part_doc
    from claims
    left join candidates
        on
            claims.claim_id = candidates.claim_id and claims.account_id = candidates.account_id
            and claims.date_day = candidates.date_day
    where candidates.claim_id is null
),

parts as (
    select * from divided
    union all
    select * from unbilled
),

valued as (
    select
        *,
        {{ home_amount('line_part_doc', 'currency', 'parts') }} as part,
        {{ home_amount('served_amount_doc', 'currency', 'parts') }} as served_amount
    from parts
),

final as (
    select
        detector,
        claim_id,
        case detector
            when 'spend_after_end' then 'run_rate' when 'spend_without_result' then 'reallocation' else 'cash_recovery'
        end as class,
        vendor_id,
        max(max(date_day)) over (partition by claim_id) as found_on,
        cast(null as date) as expires_on,
        line_purse as purse,
        coalesce(max(cost_amount), sum(served_amount)) as purse_amount,
        currency,
        cast(sum(line_part_doc) as decimal(18, 4)) as amount_doc,
        -- A day without a rate leaves the sum unknown.
        case when count(*) = count(part) then cast(sum(part) as decimal(18, 2)) end as amount,
        {{ evidence([('campaign', 'campaign_id'), ('invoice', 'invoice_id')]) }} as evidence,
        platform || ' campaign ' || campaign_id || ' ' || finding as explanation
    from valued
    group by detector, claim_id, vendor_id, line_purse, currency, campaign_id, invoice_id, platform, finding
)

select * from final
