"""Response curves and what to do about them: SQL lists spend, outcomes and tests, outlay.decisions decides."""

from outlay.decisions.recommendations import allocation_table


def model(dbt, session):
    def listed(relation, **names):
        # In one order, so that sums of floats come out the same.
        frame = relation.order("all").df().rename(columns=names)
        return frame.astype({column: "float64" for column in names.values() if column != "week"})

    stated = dbt.ref("int_spend_limits_listed")

    settings = dbt.ref("int_run_settings_listed").df()
    weeks, outcomes = dbt.ref("int_response_weeks_listed"), dbt.ref("int_response_outcomes_listed")
    made = allocation_table(
        listed(weeks, week_start="week", spend_amount="spend", reported_amount="reported"),
        listed(outcomes, week_start="week", outcome_amount="outcome"),
        listed(dbt.ref("int_response_tests_listed")),
        listed(stated, minimum_amount="minimum", maximum_amount="maximum", largest_change="largest_change"),
        currency=settings["home_currency"].iloc[0],
    )
    return session.from_df(made)
