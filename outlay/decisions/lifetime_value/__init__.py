"""What a customer is worth: repeat purchases, their values and subscriptions, by cohort and campaign, against cost."""

from outlay.decisions.lifetime_value.cohorts import lifetime_values
from outlay.decisions.lifetime_value.purchase_values import PurchaseValues, fit_purchase_values
from outlay.decisions.lifetime_value.purchases import Purchases
from outlay.decisions.lifetime_value.repeat_purchases import RepeatPurchases, fit_repeat_purchases
from outlay.decisions.lifetime_value.subscriptions import Subscriptions, fit_subscriptions

__all__ = [
    "PurchaseValues",
    "Purchases",
    "RepeatPurchases",
    "Subscriptions",
    "fit_purchase_values",
    "fit_repeat_purchases",
    "fit_subscriptions",
    "lifetime_values",
]
