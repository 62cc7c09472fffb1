with

described as (
    select * from {{ ref('int_postings_described') }}
),

questions as (
    select *, 'channel' as target, channel_label as label from described
    union all
    select *, 'department' as target, department_label as label from described
),

-- A rule about labels renames what the source says; any other rule speaks only where nothing else does.
answers as (
    select
        {{ all_but(['target', 'label'], 'questions') }},
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
        ) as ruled_department_id
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
        coalesce(campaign_channel, renamed_channel, channel_label, account_channel, ruled_channel, 'unmapped')
            as channel,
        coalesce(
            campaign_department_id, renamed_department_id, department_label, account_department_id,
            ruled_department_id, 'unmapped'
        ) as department_id
    from answers
)

select * from final
