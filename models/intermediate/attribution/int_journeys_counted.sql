{{ config(materialized='view') }}

with

-- One period is read at a time, and only an expression that is not computed once for all takes that condition.
met as {{ not_materialized() }} (
    select * from {{ ref('int_journey_touches_listed') }}
),

steps as {{ not_materialized() }} (
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

ends as (
    select false as is_end
    union all
    select true as is_end
),

moves as {{ not_materialized() }} (
    select
        steps.period_id,
        case when ends.is_end then steps.channel_before else steps.channel_before_that end as older_channel,
        case when ends.is_end then steps.channel else steps.channel_before end as newer_channel,
        case when ends.is_end then steps.outcome else steps.channel end as next_channel,
        case when ends.is_end then steps.campaign else steps.campaign_before end as newer_campaign,
        case when ends.is_end then steps.outcome else steps.campaign end as next_campaign
    from steps
    cross join ends
    where steps.is_last or not ends.is_end
),

moved as {{ not_materialized() }} (
    select
        period_id,
        older_channel,
        newer_channel,
        next_channel,
        newer_campaign,
        next_campaign,
        grouping(next_channel) = 0 as is_of_channels,
        count(*) as journeys
    from moves
    -- The linter's grammar of DuckDB has no grouping sets.
    group by grouping sets ( -- noqa: PRS
        (period_id, older_channel, newer_channel, next_channel), (period_id, newer_campaign, next_campaign)
    )
),

members as {{ not_materialized() }} (
    select
        period_id,
        channel,
        row_number() over (partition by period_id order by channel asc) as member_no,
        count(*) over (partition by period_id) as member_count
    from (select distinct period_id, channel from met) as distinct_members
),

-- Bit b of a mask is the channel that is b-th by name. Beyond 20 channels there is no exact value to compute.
masks as {{ not_materialized() }} (
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

counted as {{ not_materialized() }} (
    select
        period_id,
        case when is_of_channels then 'channel' else 'campaign' end as statistic,
        older_channel as older_member,
        case when is_of_channels then newer_channel else newer_campaign end as newer_member,
        case when is_of_channels then next_channel else next_campaign end as next_member,
        cast(null as bigint) as members_mask,
        journeys,
        cast(null as bigint) as conversions
    from moved

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
