{{ config(materialized='view') }}

select
    cast({{ month_start(add_days(as_of(), 1)) }} - interval '12' month as date) as first_day,
    {{ add_days(month_start(add_days(as_of(), 1)), -1) }} as last_day
