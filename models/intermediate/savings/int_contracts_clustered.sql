{{ config(materialized='view') }}

select
    contracts.*,
    coalesce(clusters.cluster_id, contracts.vendor_id) as cluster_id
from {{ ref('stg_procurement__contracts') }} as contracts
left join {{ ref('int_vendors_clustered') }} as clusters on contracts.vendor_id = clusters.vendor_id
