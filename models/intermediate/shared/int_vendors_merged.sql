with recursive

vendors as (
    select * from {{ ref('stg_procurement__vendors') }}
),

-- Follows merged_into to its end; a ring of records stops at the step limit.
chain as (
    select
        vendor_id,
        vendor_id as surviving_vendor_id,
        0 as steps
    from vendors
    union all
    select
        chain.vendor_id,
        vendors.merged_into as surviving_vendor_id,
        chain.steps + 1 as steps
    from chain
    inner join vendors on chain.surviving_vendor_id = vendors.vendor_id
    where vendors.merged_into is not null and vendors.merged_into <> vendors.vendor_id and chain.steps < 20
),

survivors as (
    select
        vendor_id,
        surviving_vendor_id
    from chain
    qualify row_number() over (partition by vendor_id order by steps desc) = 1
),

final as (
    select
        vendors.vendor_id,
        survivors.surviving_vendor_id,
        vendors.name,
        vendors.platform_account_ids
    from vendors
    inner join survivors on vendors.vendor_id = survivors.vendor_id
)

select * from final
