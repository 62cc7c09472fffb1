with

campaigns as (
    select
        known.*,
        vendors.vendor_id,
        vendors.name as vendor_name
    from {{ ref('int_campaigns_known') }} as known
    left join {{ ref('int_vendor_accounts_listed') }} as accounts on known.account_id = accounts.account_id
    left join {{ ref('int_vendors_merged') }} as vendors on accounts.vendor_id = vendors.vendor_id
),

questions as (
    select
        *,
        'channel' as target,
        channel_label as label
    from campaigns
    union all
    select
        *,
        'department' as target,
        department_label as label
    from campaigns
),

-- A rule about labels renames what the source says; any other rule speaks only where the source is silent.
answers as (
    select
        questions.platform,
        questions.campaign_id,
        rules.target,
        rules.label_pattern is not null as is_about_labels,
        min_by(rules.value, rules.rule_no) as value
    from questions
    inner join {{ run_input('match_rules') }} as rules
        on
            questions.target = rules.target
            and {{ matches('questions.platform', 'rules.platform_pattern') }}
            and (
                {{ matches('questions.campaign_id', 'rules.campaign_pattern') }}
                or {{ matches('questions.name', 'rules.campaign_pattern') }}
            )
            and (
                {{ matches('questions.vendor_id', 'rules.vendor_pattern') }}
                or {{ matches('questions.vendor_name', 'rules.vendor_pattern') }}
            )
            and {{ matches('questions.label', 'rules.label_pattern') }}
            and rules.account_pattern is null
    group by questions.platform, questions.campaign_id, rules.target, rules.label_pattern is not null
),

pivoted as (
    select
        platform,
        campaign_id,
        max(case when target = 'channel' and is_about_labels then value end) as renamed_channel,
        max(case when target = 'channel' and not is_about_labels then value end) as ruled_channel,
        max(case when target = 'department' and is_about_labels then value end) as renamed_department_id,
        max(case when target = 'department' and not is_about_labels then value end) as ruled_department_id
    from answers
    group by platform, campaign_id
),

final as (
    select
        campaigns.*,
        coalesce(pivoted.renamed_channel, campaigns.channel_label, pivoted.ruled_channel, 'unmapped') as channel,
        coalesce(
            pivoted.renamed_department_id, campaigns.department_label, pivoted.ruled_department_id, 'unmapped'
        ) as department_id
    from campaigns
    left join pivoted on campaigns.platform = pivoted.platform and campaigns.campaign_id = pivoted.campaign_id
)

select * from final
