{{ config(materialized='view') }}

-- The days on which advertisers spend as on no other.
select
    date_day,
    event
from {{ run_input('trade_days') }}
