with

source as (
    select * from {{ landed('savings_baselines') }}
),

latest as (
    select
        baseline_id,
        start_date,
        end_date,
        amount,
        currency,
        signed_on,
        signed_by,
        target_share,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['baseline_id']) }} = 1
)

select * from latest
where signed_on <= {{ as_of() }}
