{{ config(materialized='view') }}

-- What earlier versions allotted to the days before a version takes over, key by key, and to days that a line takes
-- over from others.
{{ budget_carries(taken=ref('int_budget_days_taken')) }}
