{{ config(materialized='view') }}

with

settings as (
    select * from {{ run_input('company_settings') }}
),

windows as (
    select
        windows.*,
        {{ add_days('windows.fitted_from', '-' ~ attribution_remembered_days()) }} as remembered_from
    from {{ ref('int_fit_windows_listed') }} as windows
    cross join settings
),

days as (
    select
        {{ each_day('remembered_from', 'fitted_to') }} as date_day,
        period_id,
        fitted_from
    from windows
),

touches as (
    select
        days.period_id,
        touchpoints.touch_id,
        coalesce(identities.canonical_user_id, touchpoints.user_id) as person_id,
        touchpoints.touched_at,
        {{ attribution_channel_member('touchpoints.channel') }} as channel_member,
        {{ attribution_campaign_member('touchpoints.campaign_id', 'touchpoints.channel') }} as campaign_member,
        {{ attribution_kind('touchpoints.interaction') }} as interaction,
        touchpoints.date_day >= days.fitted_from as is_in_window
    from {{ ref('stg_web__touchpoints') }} as touchpoints
    inner join days on touchpoints.date_day = days.date_day
    left join {{ ref('stg_web__identities') }} as identities on touchpoints.user_id = identities.user_id
    cross join settings
    where not (settings.exclude_direct and {{ attribution_is_direct('touchpoints.channel') }})
)

select * from touches
