with

source as (
    select * from {{ landed('departments') }}
),

latest as (
    select
        department_id,
        name,
        parent_id,
        valid_from,
        valid_to,
        source_system,
        source_id,
        source_updated_at
    from source
    qualify {{ version_number(['department_id', 'valid_from']) }} = 1
)

select * from latest
