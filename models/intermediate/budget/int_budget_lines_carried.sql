{{ config(materialized='view') }}

-- What earlier versions allotted to a line before a version takes over, each line by itself.
{{ budget_carries() }}
