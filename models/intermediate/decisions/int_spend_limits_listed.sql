{{ config(materialized='view') }}

-- The limits of recommendations, for models in Python, which name relations only.
select * from {{ run_input('spend_limits') }}
