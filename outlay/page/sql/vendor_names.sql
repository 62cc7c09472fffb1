-- key: vendor_id
select vendor_id, name from marts.vendors where not is_placeholder order by vendor_id
