"""The weights of each fiscal period: SQL has counted, outlay.decisions fits, and the rows go back to SQL."""

import duckdb

from outlay.decisions.attribution import Counted, fit_periods


def model(dbt, session):
    windows = dbt.ref("int_fit_windows_listed").order("fitted_to").df()
    journeys = dbt.ref("int_journeys_counted")
    occasions = dbt.ref("int_occasions_counted")
    lift_tests = dbt.ref("int_lift_tests_compared")

    # One period after the other: the first run of a large company would not fit into memory at once.
    def counted(period_id):
        of_period = duckdb.ColumnExpression("period_id") == duckdb.ConstantExpression(period_id)
        return Counted(*(relation.filter(of_period).df() for relation in (journeys, occasions, lift_tests)))

    fitted = fit_periods(windows["period_id"].tolist(), counted)
    return session.from_df(fitted.merge(windows, on="period_id", how="inner"))
