{{ config(materialized='view') }}

with

models as (
    select
        listed.model_no,
        listed.model,
        listed.model in {{ attribution_fitted_models() }} as is_fitted
    from (
        values
        (1, 'first_touch'),
        (2, 'last_touch'),
        (3, 'last_non_direct'),
        (4, 'linear'),
        (5, 'position_based'),
        (6, 'time_decay'),
        (7, 'markov_1'),
        (8, 'markov_2'),
        (9, 'shapley'),
        (10, 'data_driven'),
        (11, 'data_driven_calibrated')
    ) as listed (model_no, model)
)

select * from models
