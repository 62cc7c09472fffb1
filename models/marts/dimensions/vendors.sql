with

vendors as (
    select
        vendors.*,
        merged.surviving_vendor_id
    from {{ ref('stg_procurement__vendors') }} as vendors
    inner join {{ ref('int_vendors_merged') }} as merged on vendors.vendor_id = merged.vendor_id
),

-- Ids that documents name and the vendor list does not hold.
mentioned as (
    select vendor_id from {{ ref('stg_ledger__entries') }}
    union
    select vendor_id from {{ ref('stg_recorded__manual_spend') }}
    union
    select vendor_id from {{ ref('stg_procurement__vendor_invoices') }}
),

members as (
    select
        vendor_id,
        name,
        surviving_vendor_id,
        tax_id,
        domain,
        country,
        currency,
        platform_account_ids is not null as has_delivery_feed,
        true as is_listed,
        false as is_placeholder
    from vendors
    union all
    select
        mentioned.vendor_id,
        mentioned.vendor_id as name,
        mentioned.vendor_id as surviving_vendor_id,
        null as tax_id,
        null as domain,
        null as country,
        null as currency,
        false as has_delivery_feed,
        false as is_listed,
        false as is_placeholder
    from mentioned
    left join vendors on mentioned.vendor_id = vendors.vendor_id
    where mentioned.vendor_id is not null and vendors.vendor_id is null
    union all
    select
        listed.vendor_id,
        listed.name,
        listed.vendor_id as surviving_vendor_id,
        null as tax_id,
        null as domain,
        null as country,
        null as currency,
        false as has_delivery_feed,
        false as is_listed,
        true as is_placeholder
    from (
        values
        ('(none)', 'No vendor'),
        ('unmapped', 'Vendor of the account not known')
    ) as listed (vendor_id, name)
)

select * from members
order by vendor_id
