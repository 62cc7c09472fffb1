{{ config(materialized='view') }}

with

met as (
    select * from {{ ref('int_journey_touches_listed') }}
),

steps as (
    select
        period_id,
        channel,
        campaign,
        lag(channel, 1, '(start)') over journey as channel_before,
        lag(channel, 2, '(start)') over journey as channel_before_that,
        lag(campaign, 1, '(start)') over journey as campaign_before,
        lead(touch_id) over journey is null as is_last,
        case when is_converted then '(conversion)' else '(null)' end as outcome
    from met
    window journey as (partition by journey_id, is_converted, period_id order by touched_at, touch_id)
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
bits as (
    select
        period_id,
        channel,
        case when member_count <= 20 then cast(power(2, member_no - 1) as bigint) end as member_bit
    from members
),

masks as (
    select
        met.period_id,
        met.is_converted,
        met.journey_id,
        bit_or(bits.member_bit) as members_mask
    from met
    inner join bits on met.period_id = bits.period_id and met.channel = bits.channel
    where bits.member_bit is not null
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
