{{ config(materialized='view') }}

with

models as (
    select 1 as model_no, 'first_touch' as model
    union all
    select 2 as model_no, 'last_touch' as model
    union all
    select 3 as model_no, 'last_non_direct' as model
    union all
    select 4 as model_no, 'linear' as model
    union all
    select 5 as model_no, 'position_based' as model
    union all
    select 6 as model_no, 'time_decay' as model
)

select * from models
