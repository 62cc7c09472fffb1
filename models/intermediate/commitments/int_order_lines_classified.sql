{{ config(materialized='view') }}

-- Channel and department of each order line, by the rules that classify postings.
with

lines as (
    select
        lines.po_id,
        lines.line_no,
        orders.vendor_id,
        vendors.name as vendor_name,
        lines.campaign_id,
        lines.account_id,
        lines.channel as channel_label,
        lines.department_id as department_label,
        accounts.channel as account_channel,
        accounts.department_id as account_department_id,
        accounts.spend_category
    from {{ ref('stg_procurement__purchase_order_lines') }} as lines
    inner join {{ ref('stg_procurement__purchase_orders') }} as orders on lines.po_id = orders.po_id
    left join {{ ref('int_vendors_merged') }} as vendors on orders.vendor_id = vendors.vendor_id
    left join {{ ref('int_accounts_classified') }} as accounts on lines.account_id = accounts.account_id
),

campaigns as (
    select
        campaign_id,
        min_by(nullif(channel, 'unmapped'), platform) as channel,
        min_by(nullif(department_id, 'unmapped'), platform) as department_id
    from {{ ref('int_campaigns_classified') }}
    group by campaign_id
),

questions as (
    select *, 'channel' as target, channel_label as label from lines
    union all
    select *, 'department' as target, department_label as label from lines
),

answers as (
    select
        questions.po_id,
        questions.line_no,
        questions.target,
        rules.label_pattern is not null as is_about_labels,
        min_by(rules.value, rules.rule_no) as value
    from questions
    inner join {{ run_input('match_rules') }} as rules
        on
            questions.target = rules.target
            and rules.platform_pattern is null
            and {{ matches('questions.campaign_id', 'rules.campaign_pattern') }}
            and {{ matches('questions.account_id', 'rules.account_pattern') }}
            and (
                {{ matches('questions.vendor_id', 'rules.vendor_pattern') }}
                or {{ matches('questions.vendor_name', 'rules.vendor_pattern') }}
            )
            and {{ matches('questions.label', 'rules.label_pattern') }}
    group by questions.po_id, questions.line_no, questions.target, rules.label_pattern is not null
),

ruled as (
    select
        po_id,
        line_no,
        max(case when target = 'channel' and is_about_labels then value end) as renamed_channel,
        max(case when target = 'channel' and not is_about_labels then value end) as ruled_channel,
        max(case when target = 'department' and is_about_labels then value end) as renamed_department_id,
        max(case when target = 'department' and not is_about_labels then value end) as ruled_department_id
    from answers
    group by po_id, line_no
),

final as (
    select
        lines.po_id,
        lines.line_no,
        coalesce(
            campaigns.channel, ruled.renamed_channel, lines.channel_label, lines.account_channel, ruled.ruled_channel
        ) as channel,
        coalesce(
            campaigns.department_id, ruled.renamed_department_id, lines.department_label, lines.account_department_id,
            ruled.ruled_department_id
        ) as department_id,
        coalesce(lines.spend_category, 'unmapped') as spend_category
    from lines
    left join campaigns on lines.campaign_id = campaigns.campaign_id
    left join ruled on lines.po_id = ruled.po_id and lines.line_no = ruled.line_no
)

select * from final
