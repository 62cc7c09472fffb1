-- Vendor records that are one vendor: the same tax id, bank account, or name and domain, or merged by the company.
with

vendors as (
    select
        vendors.vendor_id,
        merged.surviving_vendor_id,
        {{ telling_text('vendors.tax_id') }} as tax_key,
        case when {{ telling_text('vendors.bank_hash') }} is not null then trim(vendors.bank_hash) end as bank_key,
        {{ telling_text('vendors.name') }} || '@'
        || case when {{ telling_text('vendors.domain') }} is not null then lower(trim(vendors.domain)) end as name_key
    from {{ ref('stg_procurement__vendors') }} as vendors
    inner join {{ ref('int_vendors_merged') }} as merged on vendors.vendor_id = merged.vendor_id
),

keys as (
    select vendor_id, 'merged ' || surviving_vendor_id as shared_key from vendors
    union all
    select vendor_id, 'tax ' || tax_key as shared_key from vendors
    where tax_key is not null
    union all
    select vendor_id, 'bank ' || bank_key as shared_key from vendors
    where bank_key is not null
    union all
    select vendor_id, 'name ' || name_key as shared_key from vendors
    where name_key is not null
),

labels_0 as (
    select vendor_id, vendor_id as label from vendors
),

-- Each step takes the least label over shared keys: records up to five steps apart come together.
{% for step in range(1, 6) %}
    reached_{{ step }} as (
        select
            keys.shared_key,
            min(labels.label) as label
        from keys
        inner join labels_{{ step - 1 }} as labels on keys.vendor_id = labels.vendor_id
        group by keys.shared_key
    ),

    labels_{{ step }} as (
        select
            keys.vendor_id,
            min(reached.label) as label
        from keys
        inner join reached_{{ step }} as reached on keys.shared_key = reached.shared_key
        group by keys.vendor_id
    ),
{% endfor %}

final as (
    select
        vendors.vendor_id,
        vendors.surviving_vendor_id,
        labels.label as cluster_id
    from vendors
    inner join labels_5 as labels on vendors.vendor_id = labels.vendor_id
)

select * from final
