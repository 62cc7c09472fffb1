{{ config(materialized='view') }}

-- The run's settings, for models in Python, which name relations only.
select * from {{ run_input('company_settings') }}
