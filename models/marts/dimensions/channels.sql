with

named as (
    select value as channel from {{ run_input('match_rules') }}
    where target = 'channel'
    union
    select channel from {{ run_input('account_rules') }}
    union
    select channel from {{ ref('int_campaigns_classified') }}
    union
    select channel from {{ ref('int_postings_classified') }}
    union
    select channel from {{ ref('int_budget_lines_prepared') }}
    union
    select channel from {{ ref('int_order_lines_classified') }}
    union
    select channel from {{ ref('stg_web__touch_channels') }}
),

-- Members that stand for something missing; `organic` is what attribution models hold back, unless it is a channel too.
placeholders as (
    select listed.*
    from (
        values
        ('unmapped', 'Not mapped to a channel'),
        ('unallocated', 'Budgeted without a channel'),
        ('unattributed', 'Conversions without a touch'),
        ('organic', 'Conversions that would have come anyway')
    ) as listed (channel, name)
),

final as (
    select
        coalesce(named.channel, placeholders.channel) as channel,
        coalesce(placeholders.name, named.channel) as name,
        placeholders.channel is not null as is_placeholder
    from named
    full outer join placeholders on named.channel = placeholders.channel
    where coalesce(named.channel, placeholders.channel) is not null
)

select * from final
order by channel
