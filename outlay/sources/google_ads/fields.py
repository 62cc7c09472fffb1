"""The fields of Google's invoices. Amounts are millionths of the invoice's currency, before tax."""

from __future__ import annotations

from decimal import Decimal

from outlay.sources.fetched.shapes import Field, Shape

_NOTHING = Decimal(0)

INVOICE = Shape(
    [
        Field("_resource", "resourceName", required=True),
        Field("invoice_number", "id", required=True),
        Field("invoice_date", "issueDate", "date", required=True),
        Field("service_month", "serviceDateRange.startDate", "date", required=True),
        Field("currency", "currencyCode", "currency", required=True),
        Field("_subtotal", "subtotalAmountMicros", "micros", default=_NOTHING),
        Field("_adjustments", "adjustmentsSubtotalAmountMicros", "micros", default=_NOTHING),
        Field("_duties", "regulatoryCostsSubtotalAmountMicros", "micros", default=_NOTHING),
    ],
    known=[
        "accountBudgetSummaries",
        "accountSummaries",
        "adjustmentsTaxAmountMicros",
        "adjustmentsTotalAmountMicros",
        "billingSetup",
        "correctedInvoice",
        "dueDate",
        "paymentsAccountId",
        "paymentsProfileId",
        "pdfUrl",
        "regulatoryCostsTaxAmountMicros",
        "regulatoryCostsTotalAmountMicros",
        "replacedInvoices",
        "serviceDateRange.endDate",
        "taxAmountMicros",
        "totalAmountMicros",
        "type",
    ],
)
BUDGET = Shape(
    [
        Field("_customer", "customer", required=True),
        Field("po_number", "purchaseOrderNumber"),
        Field("_served", "servedAmountMicros", "micros", default=_NOTHING),
        Field("_billed", "billedAmountMicros", "micros", default=_NOTHING),
        Field("_overdelivery", "overdeliveryAmountMicros", "micros", default=_NOTHING),
        Field("_invalid", "invalidActivityAmountMicros", "micros", default=_NOTHING),
        Field("_subtotal", "subtotalAmountMicros", "micros", default=_NOTHING),
        Field("_tax", "taxAmountMicros", "micros", default=_NOTHING),
    ],
    known=[
        "accountBudget",
        "accountBudgetName",
        "billableActivityDateRange",
        "campaignSummaries",
        "customerDescriptiveName",
        "invalidActivitySummaries",
        "totalAmountMicros",
    ],
)
CAMPAIGN_COST = Shape(
    [
        Field("_name", "campaignDescription", required=True),
        Field("amount", "amountMicros", "micros", default=_NOTHING),
    ],
    known=["unitOfMeasure", "quantity"],
)
TAKEN_BACK = Shape(
    [
        Field("amount", "amountMicros", "micros", default=_NOTHING),
        Field("original_invoice_id", "originalInvoiceId"),
        Field("_month", "originalMonthOfService", required=True),
        Field("_year", "originalYearOfService", "integer", required=True),
    ],
    known=["originalAccountBudgetName", "originalPurchaseOrderNumber"],
)
