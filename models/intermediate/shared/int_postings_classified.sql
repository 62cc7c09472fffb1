with

campaigns as (
    select
        campaign_id,
        min(platform) as platform,
        min_by(channel, platform) as channel,
        min_by(department_id, platform) as department_id
    from {{ ref('int_campaigns_classified') }}
    group by campaign_id
),

subjects as (
    select account_id, vendor_id, campaign_id, channel, department_id
    from {{ ref('stg_ledger__entries') }}
    union
    select '(none)' as account_id, vendor_id, campaign_id, channel, department_id
    from {{ ref('stg_recorded__manual_spend') }}
),

described as (
    select
        subjects.account_id,
        subjects.vendor_id,
        subjects.campaign_id,
        subjects.channel as channel_label,
        subjects.department_id as department_label,
        campaigns.platform,
        vendors.name as vendor_name,
        nullif(campaigns.channel, 'unmapped') as campaign_channel,
        nullif(campaigns.department_id, 'unmapped') as campaign_department_id,
        accounts.channel as account_channel,
        accounts.department_id as account_department_id
    from subjects
    left join campaigns on subjects.campaign_id = campaigns.campaign_id
    left join {{ ref('int_vendors_merged') }} as vendors on subjects.vendor_id = vendors.vendor_id
    left join {{ ref('int_accounts_classified') }} as accounts on subjects.account_id = accounts.account_id
),

questions as (
    select
        *,
        'channel' as target,
        channel_label as label
    from described
    union all
    select
        *,
        'department' as target,
        department_label as label
    from described
),

answers as (
    select
        questions.account_id,
        questions.vendor_id,
        questions.campaign_id,
        questions.channel_label,
        questions.department_label,
        max(questions.platform) as platform,
        min_by(rules.value, rules.rule_no) filter (
            where rules.target = 'channel' and rules.label_pattern is not null
        ) as renamed_channel,
        min_by(rules.value, rules.rule_no) filter (
            where rules.target = 'channel' and rules.label_pattern is null
        ) as ruled_channel,
        min_by(rules.value, rules.rule_no) filter (
            where rules.target = 'department' and rules.label_pattern is not null
        ) as renamed_department_id,
        min_by(rules.value, rules.rule_no) filter (
            where rules.target = 'department' and rules.label_pattern is null
        ) as ruled_department_id,
        max(questions.campaign_channel) as campaign_channel,
        max(questions.campaign_department_id) as campaign_department_id,
        max(questions.account_channel) as account_channel,
        max(questions.account_department_id) as account_department_id
    from questions
    left join {{ run_input('match_rules') }} as rules
        on
            questions.target = rules.target
            and {{ matches('questions.platform', 'rules.platform_pattern') }}
            and {{ matches('questions.campaign_id', 'rules.campaign_pattern') }}
            and {{ matches('questions.account_id', 'rules.account_pattern') }}
            and (
                {{ matches('questions.vendor_id', 'rules.vendor_pattern') }}
                or {{ matches('questions.vendor_name', 'rules.vendor_pattern') }}
            )
            and {{ matches('questions.label', 'rules.label_pattern') }}
    group by all
),

final as (
    select
        account_id,
        vendor_id,
        campaign_id,
        channel_label,
        department_label,
        coalesce(platform, '(none)') as platform,
        coalesce(
            campaign_channel, renamed_channel, channel_label, account_channel, ruled_channel, 'unmapped'
        ) as channel,
        coalesce(
            campaign_department_id,
            renamed_department_id,
            department_label,
            account_department_id,
            ruled_department_id,
            'unmapped'
        ) as department_id
    from answers
)

select * from final
