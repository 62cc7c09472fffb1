"""The weights of each fiscal period: SQL has counted, outlay.decisions fits, and the rows go back to SQL."""

from outlay.decisions.attribution import fit_periods


def model(dbt, session):
    windows = dbt.ref("int_fit_windows_listed").order("fitted_to").df()
    fitted = fit_periods(
        windows["period_id"].tolist(),
        journeys=dbt.ref("int_journeys_counted").df(),
        occasions=dbt.ref("int_occasions_counted").df(),
        lift_tests=dbt.ref("int_lift_tests_compared").df(),
    )
    return session.from_df(fitted.merge(windows, on="period_id", how="inner"))
