{{ config(materialized='view') }}

-- From what was billed to what the ledger holds, one cause a row.
with

settled as (
    select
        *,
        posted_amount_doc - tax_amount_doc - expected_amount_doc as gap,
        {{ add_days(month_end('service_month'), days_to_wait_for_documents()) }} >= {{ as_of() }} as may_still_come
    from {{ ref('int_claims_settled') }}
    where bill_source <> 'extra' or posting_count > 0
),

coded as (
    select
        *,
        case
            when abs(gap + coded_amount_doc) <= tolerance then coded_amount_doc
            else coded_line_amount_doc
        end as coding
    from settled
),

repeated as (
    select
        *,
        gap + coding as gap_left,
        case when gap + coding >= repeated_amount_doc - tolerance then repeated_amount_doc else 0 end as repetition,
        posting_count > 0 or coding <> 0 as is_posted
    from coded
),

rest as (
    select
        *,
        gap_left - repetition as remainder,
        -- A platform charges a card when a threshold is reached: what is below it comes with the next charge.
        bill_source = 'delivery' and gap_left < 0
        and (
            {{ month_end('service_month') }} >= {{ as_of() }}
            or (posting_count >= 3 and -gap_left <= largest_amount_doc)
        ) as is_below_threshold,
        case rule
            when 'document_id' then 1.0
            when 'po_number' then 0.9
            when 'amount_and_date' then 0.9
            when 'many_to_one' then 0.8
            when 'card_charges' then 0.7
            else 0.5
        end as confidence
    from repeated
),

causes as (
    select *, 'tax' as cause, rule as cause_rule, tax_amount_doc as amount_doc from rest
    where is_posted
    union all
    select *, 'coding' as cause, 'document_id' as cause_rule, -coding as amount_doc from rest
    where is_posted
    union all
    select *, 'duplicate' as cause, 'posted_twice' as cause_rule, repetition as amount_doc from rest
    where is_posted
    union all
    select
        *,
        case
            when abs(remainder) <= tolerance then 'rounding'
            when tax_amount_doc = 0 and abs(remainder - tax_due_amount_doc) <= tolerance then 'tax'
            when is_below_threshold then 'timing'
            else 'unexplained'
        end as cause,
        case when is_below_threshold and abs(remainder) > tolerance then 'below_threshold' else rule end as cause_rule,
        remainder as amount_doc
    from rest
    -- Where ledger and bill speak two currencies, the rate is the difference as far as it is near the day's.
    where is_posted and not (has_other_currency and abs(remainder) <= 0.1 * abs(expected_amount_doc))
    union all
    select
        *,
        case when may_still_come then 'timing' else 'missing_invoice' end as cause,
        case when bill_source = 'delivery' then 'not_billed' else 'not_posted' end as cause_rule,
        -expected_amount_doc as amount_doc
    from rest
    where not is_posted
)

select
    vendor_id,
    service_month,
    currency,
    group_id,
    cause,
    cause_rule as rule,
    cast(case when is_posted then confidence else 1.0 end as decimal(3, 2)) as confidence,
    case when is_posted then bill_id else waiting_id end as left_doc_id,
    posting_doc_id as right_doc_id,
    cast(amount_doc as decimal(18, 4)) as amount_doc
from causes
where amount_doc <> 0
