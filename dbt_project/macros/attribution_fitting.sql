{#
    The earliest day whose fitted credits may differ: the first of the fiscal period of the earliest changed day, since a
    period's weights are learnt as a whole. A lift test speaks about all periods after it; spend matters where there are
    tests, which are held against it.
#}
{% macro attribution_fit_day() -%}
    (
        select least(min(changed.date_day), min(calendar.start_date))
        from {{ run_input('changed_days') }} as changed
        left join {{ run_input('fiscal_calendar') }} as calendar
            on
                calendar.period_kind = 'period'
                and changed.date_day between calendar.start_date and calendar.end_date
        where
            changed.entity in ('touchpoints', 'conversions', 'lift_tests')
            or (
                changed.entity = 'platform_spend'
                and exists (select 1 from {{ ref('stg_web__lift_tests') }})
            )
    )
{%- endmacro %}


{# The days before a fit window whose touches are still remembered within it: the longer window, and a day for the time zone. #}
{% macro attribution_remembered_days() -%}
    (1 + greatest(settings.click_window_days, settings.view_window_days))
{%- endmacro %}


{# A channel as a member of the models. What no touch caused is called organic: a channel of that name is told apart. #}
{% macro attribution_channel_member(channel) -%}
    case when {{ channel }} = 'organic' then 'organic (channel)' else {{ channel }} end
{%- endmacro %}


{# A campaign as a member of the models; touches without one are their channel's. #}
{% macro attribution_campaign_member(campaign_id, channel) -%}
    coalesce(nullif({{ campaign_id }}, '(none)'), concat({{ channel }}, ' (none)'))
{%- endmacro %}


{# How a touch was met. A visit is a click. #}
{% macro attribution_kind(interaction) -%}
    case when {{ interaction }} = 'view' then 'view' else 'click' end
{%- endmacro %}


{# How old a touch is, in microseconds, in the words of the fitted model. #}
{% macro attribution_recency(age_micros, is_opening) -%}
    case
        when {{ is_opening }} then 'opening'
        when {{ age_micros }} <= 86400000000 then 'day'
        when {{ age_micros }} <= 259200000000 then 'three_days'
        when {{ age_micros }} <= 604800000000 then 'week'
        else 'month'
    end
{%- endmacro %}


{# How often a person had met the channel by then. #}
{% macro attribution_repeat(meeting_no) -%}
    case {{ meeting_no }} when 1 then 'first' when 2 then 'second' else 'more' end
{%- endmacro %}


{# The models whose weights are learnt, as a list of literals. #}
{% macro attribution_fitted_models() -%}
    ('markov_1', 'markov_2', 'shapley', 'data_driven', 'data_driven_calibrated')
{%- endmacro %}


{# The earliest day whose credits may differ under any model. #}
{% macro attribution_first_credit_day() -%}
    least({{ earliest_changed_day(['touchpoints', 'conversions']) }}, {{ attribution_fit_day() }})
{%- endmacro %}


{# Which rows of `model` and `date_day` a build writes anew: rules look back at touches only, fits at a whole period. #}
{% macro attribution_is_credited_anew() -%}
    (
        date_day >= {{ earliest_changed_day(['touchpoints', 'conversions']) }}
        or (model in {{ attribution_fitted_models() }} and date_day >= {{ attribution_fit_day() }})
    )
{%- endmacro %}


{# Pre-hook: takes out the credits that the model writes again. What it reads is named outside the condition, or dbt does
   not see it. #}
{% macro attribution_delete_credits() -%}
    {%- set lift_tests = ref('stg_web__lift_tests') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where {{ attribution_is_credited_anew() }} or date_day > {{ as_of() }}
    {%- endif -%}
{%- endmacro %}


{# Pre-hook: takes out the periods that are fitted again. #}
{% macro attribution_delete_fits() -%}
    {%- set lift_tests = ref('stg_web__lift_tests') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where end_date >= {{ attribution_fit_day() }} or start_date > {{ as_of() }}
    {%- endif -%}
{%- endmacro %}


{# Pre-hook: takes out the weights that are learnt again. #}
{% macro attribution_delete_weights() -%}
    {%- set lift_tests = ref('stg_web__lift_tests') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where date_day >= {{ attribution_fit_day() }} or date_day > {{ as_of() }}
    {%- endif -%}
{%- endmacro %}
