with

quarantined as (
    select distinct
        source,
        file,
        row_number,
        reason,
        raw
    from {{ run_input('quarantined_rows') }}
)

select * from quarantined
order by source, file, row_number, reason, raw
