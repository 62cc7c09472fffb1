with

delivery as (
    select * from {{ ref('int_delivery_priced') }}
    where vendor_id <> 'unmapped'
),

valued as (
    select
        vendor_id,
        service_month,
        currency,
        account_id,
        served_amount_doc,
        {{ home_amount('served_amount_doc', 'currency', 'delivery') }} as served_amount
    from delivery
),

summed as (
    select
        vendor_id,
        service_month,
        currency,
        account_id,
        cast(sum(served_amount_doc) as decimal(18, 4)) as served_amount_doc,
        -- An amount without a rate leaves the sum unknown.
        cast(case when count(*) = count(served_amount) then sum(served_amount) end as decimal(18, 2)) as served_amount
    from valued
    group by vendor_id, service_month, currency, account_id
)

select * from summed
