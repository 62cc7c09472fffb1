{{ config(materialized='view') }}

with

windows as (
    select * from {{ ref('int_fit_windows_listed') }}
),

conversions as (
    select * from {{ ref('int_conversions_valued') }}
),

converted as (
    select
        windows.period_id,
        conversions.conversion_id
    from windows
    inner join conversions on conversions.date_day between windows.fitted_from and windows.fitted_to
),

last_conversions as (
    select
        windows.period_id,
        conversions.person_id,
        max(conversions.converted_at) as converted_at
    from windows
    inner join conversions on windows.fitted_to >= conversions.date_day
    group by windows.period_id, conversions.person_id
),

-- A conversion without a touch is no journey: of people who met nobody, only those who converted are ever seen.
met as (
    select
        converted.period_id,
        true as is_converted,
        converted.conversion_id as journey_id,
        paths.touched_at,
        paths.touch_id,
        {{ attribution_channel_member('paths.channel') }} as channel,
        {{ attribution_campaign_member('paths.campaign_id', 'paths.channel') }} as campaign
    from converted
    inner join {{ ref('int_touches_pathed') }} as paths on converted.conversion_id = paths.conversion_id
    where paths.touch_id is not null

    union all

    select
        touches.period_id,
        false as is_converted,
        touches.person_id as journey_id,
        touches.touched_at,
        touches.touch_id,
        touches.channel_member as channel,
        touches.campaign_member as campaign
    from {{ ref('int_touches_windowed') }} as touches
    left join last_conversions
        on touches.period_id = last_conversions.period_id and touches.person_id = last_conversions.person_id
    where
        touches.is_in_window
        and (last_conversions.converted_at is null or touches.touched_at > last_conversions.converted_at)
),

steps as (
    select
        met.*,
        lag(channel, 1, '(start)') over journey as channel_before,
        lag(channel, 2, '(start)') over journey as channel_before_that,
        lag(campaign, 1, '(start)') over journey as campaign_before,
        lead(touch_id) over journey is null as is_last,
        case when is_converted then '(conversion)' else '(null)' end as outcome
    from met
    window journey as (partition by period_id, is_converted, journey_id order by touched_at, touch_id)
),

moves as (
    select
        period_id,
        channel_before_that as older_channel,
        channel_before as newer_channel,
        channel as next_channel,
        campaign_before as newer_campaign,
        campaign as next_campaign
    from steps

    union all

    select
        period_id,
        channel_before as older_channel,
        channel as newer_channel,
        outcome as next_channel,
        campaign as newer_campaign,
        outcome as next_campaign
    from steps
    where is_last
),

members as (
    select
        period_id,
        channel,
        row_number() over (partition by period_id order by channel asc) as member_no,
        count(*) over (partition by period_id) as member_count
    from (select distinct period_id, channel from met) as distinct_members
),

-- Bit b of a mask is the channel that is b-th by name. Beyond 20 channels there is no exact value to compute.
masks as (
    select
        met.period_id,
        met.is_converted,
        met.journey_id,
        bit_or(cast(power(2, members.member_no - 1) as bigint)) as members_mask
    from met
    inner join members on met.period_id = members.period_id and met.channel = members.channel
    where members.member_count <= 20
    group by met.period_id, met.is_converted, met.journey_id
),

counted as (
    select
        period_id,
        'channel' as statistic,
        older_channel as older_member,
        newer_channel as newer_member,
        next_channel as next_member,
        cast(null as bigint) as members_mask,
        count(*) as journeys,
        cast(null as bigint) as conversions
    from moves
    group by period_id, older_channel, newer_channel, next_channel

    union all

    select
        period_id,
        'campaign' as statistic,
        null as older_member,
        newer_campaign as newer_member,
        next_campaign as next_member,
        null as members_mask,
        count(*) as journeys,
        null as conversions
    from moves
    group by period_id, newer_campaign, next_campaign

    union all

    select
        period_id,
        'set' as statistic,
        null as older_member,
        null as newer_member,
        null as next_member,
        members_mask,
        count(*) as journeys,
        sum(case when is_converted then 1 else 0 end) as conversions
    from masks
    group by period_id, members_mask
)

select * from counted
