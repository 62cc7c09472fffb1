"""What customers are worth: SQL lists purchases, who won customers and at what cost; decisions values them."""

import pandas as pd

from outlay.decisions.lifetime_value import Purchases, lifetime_values


def model(dbt, session):
    def listed(relation, **names):
        # In one order, so that sums of floats come out the same.
        return relation.order("all").df().rename(columns=names)

    settings = dbt.ref("int_run_settings_listed").df()
    bought = listed(dbt.ref("int_purchases_listed"), date_day="date", margin_amount="margin")
    bought = bought.astype({"date": "datetime64[ns]", "margin": "float64", "billing_months": "float64"})
    purchases = Purchases(bought, as_of=pd.Timestamp(settings["as_of"].iloc[0]))
    acquisitions = listed(dbt.ref("int_acquisitions_listed"))
    costs = listed(dbt.ref("int_acquisition_costs_listed"), cost_amount="cost")
    made = []
    for level, member in (("campaign", "campaign_id"), ("channel", "channel")):
        values = lifetime_values(
            purchases,
            acquisitions.rename(columns={member: "campaign"}),
            costs.rename(columns={member: "campaign"}).astype({"cost": "float64"}),
        )
        made.append(values.rename(columns={"campaign": "member", "horizon": "horizon_months"}).assign(level=level))
    return session.from_df(pd.concat(made, ignore_index=True))
