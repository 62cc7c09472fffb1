with

verdicts as (
    select distinct
        suite,
        check_name as {{ adapter.quote('check') }},
        subject,
        verdict,
        observed,
        expected,
        fingerprint
    from {{ run_input('quality_verdicts') }}
)

select * from verdicts
order by suite, {{ adapter.quote('check') }}, subject, fingerprint
