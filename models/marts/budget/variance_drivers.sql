with

variances as (
    select distinct
        period_id,
        period_kind,
        version_id,
        department_id,
        channel
    from {{ ref('budget_variances') }}
    where variance_amount is not null
),

-- Whatever it was posted at, the currency part is the same on both bases.
rates as (
    select
        period_id,
        version_id,
        department_id,
        channel,
        sum(fx_amount) as amount
    from {{ ref('int_budget_periods_summed') }}
    group by period_id, version_id, department_id, channel
),

bases as (
    select listed.*
    from (values ('to_date'), ('full_period')) as listed (basis)
),

drivers as (
    select listed.*
    from (values ('price'), ('volume'), ('mix'), ('new'), ('dropped'), ('fx'), ('non_unit')) as listed (driver)
),

amounts as (
    select period_id, version_id, department_id, channel, basis, driver, amount
    from {{ ref('int_variance_drivers_split') }}
    union all
    select
        rates.period_id,
        rates.version_id,
        rates.department_id,
        rates.channel,
        bases.basis,
        'fx' as driver,
        rates.amount
    from rates
    cross join bases
),

summed as (
    select
        period_id,
        version_id,
        department_id,
        channel,
        basis,
        driver,
        sum(amount) as amount
    from amounts
    group by period_id, version_id, department_id, channel, basis, driver
),

-- Every driver has a row, also one that moved nothing.
final as (
    select
        variances.period_id,
        variances.period_kind,
        variances.version_id,
        variances.department_id,
        variances.channel,
        bases.basis,
        drivers.driver,
        cast(coalesce(summed.amount, 0) as decimal(18, 2)) as amount
    from variances
    cross join bases
    cross join drivers
    left join summed
        on
            variances.period_id = summed.period_id
            and variances.version_id = summed.version_id
            and variances.department_id = summed.department_id
            and variances.channel = summed.channel
            and bases.basis = summed.basis
            and drivers.driver = summed.driver
)

select * from final
order by period_kind, period_id, version_id, department_id, channel, basis, driver
