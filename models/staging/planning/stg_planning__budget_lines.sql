with

source as (
    select * from {{ landed('budget_lines') }}
),

latest as (
    select
        version_id,
        period_id,
        amount,
        department_id,
        channel,
        campaign_id,
        account_id,
        quantity,
        unit,
        phasing,
        profile_id,
        milestone_date,
        control,
        carry,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number([
        'version_id', 'period_id', 'department_id', 'channel', 'campaign_id', 'account_id', 'milestone_date'
    ]) }} = 1
)

select * from latest
