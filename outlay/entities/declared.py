"""The canonical tables, column by column: the grain, the required columns and the types are the landing's contract."""

from __future__ import annotations

from outlay.entities.model import Entity, entity

DECLARED: tuple[Entity, ...] = (
    entity(
        "platform_spend",
        "platform account_id campaign_id date_day",
        "platform! account_id! campaign_id! date_day!:date spend!:money currency!:currency campaign_name "
        "impressions:integer clicks:integer conversions:number conversions_value:money account_time_zone "
        "is_final:boolean",
        day="date_day",
        account="account_id",
        amount="spend",
    ),
    entity(
        "platform_invoices",
        "invoice_id account_id service_month line_kind campaign_id",
        "invoice_id! account_id! service_month!:date line_kind! amount!:money currency!:currency invoice_number "
        "invoice_date:date served_amount:money campaign_id original_invoice_id original_service_month:date po_number",
        account="account_id",
        amount="amount",
    ),
    entity(
        "campaigns",
        "platform campaign_id",
        "platform! campaign_id! name! channel department_id start_date:date end_date:date status daily_budget:money "
        "objective",
    ),
    entity(
        "planned_flights",
        "campaign_id start_date end_date",
        "campaign_id! start_date!:date end_date!:date planned_amount!:money currency!:currency announced_on:date",
        amount="planned_amount",
    ),
    entity(
        "ledger_entries",
        "entry_id",
        "entry_id! journal_id! posting_date!:date account_id! amount!:money currency!:currency amount_home:money "
        "fx_rate:rate document_date:date service_start:date service_end:date department_id campaign_id channel "
        "vendor_id doc_type doc_id reverses_journal_id tax_amount:money status memo",
        day="posting_date",
        amount="amount",
    ),
    entity("accounts", "account_id", "account_id! name! class! is_marketing:boolean spend_category"),
    entity(
        "vendors",
        "vendor_id",
        "vendor_id! name! tax_id bank_hash domain country currency:currency platform_account_ids:list merged_into",
    ),
    entity(
        "departments",
        "department_id valid_from",
        "department_id! name! parent_id valid_from:date valid_to:date",
    ),
    entity(
        "vendor_invoices",
        "invoice_id",
        "invoice_id! vendor_id! invoice_number! invoice_date!:date currency!:currency net_amount!:money "
        "tax_amount:money gross_amount:money received_date:date due_date:date service_start:date service_end:date "
        "status type original_invoice_id po_number paid_on:date",
        amount="net_amount",
    ),
    entity(
        "vendor_invoice_lines",
        "invoice_id line_no",
        "invoice_id! line_no! net_amount!:money item description qty:number unit unit_price:number tax_amount:money "
        "recoverable_pct:number line_kind campaign_id channel contract_id po_id po_line_no served_amount:money "
        "redelivery:boolean",
        amount="net_amount",
    ),
    entity(
        "payments",
        "payment_id invoice_id",
        "payment_id! vendor_id! invoice_id! paid_on!:date amount!:money currency!:currency",
        amount="amount",
    ),
    entity(
        "contracts",
        "contract_id",
        "contract_id! vendor_id! start_date!:date end_date!:date currency!:currency total_cap:money min_commit:money "
        "commission_pct:number commission_basis notice_days:integer auto_renew:boolean uplift_cap_pct:number "
        "payment_terms_days:integer discount_pct:number discount_days:integer rebate_tiers:list "
        "rebate_within_days:integer",
    ),
    entity(
        "contract_rates",
        "contract_id item unit valid_from",
        "contract_id! item! unit! valid_from!:date unit_price!:number",
    ),
    entity(
        "purchase_orders",
        "po_id",
        "po_id! po_number! vendor_id! status! currency!:currency approved_on!:date valid_to:date",
    ),
    entity(
        "purchase_order_lines",
        "po_id line_no",
        "po_id! line_no! net_amount!:money qty:number unit department_id campaign_id channel account_id "
        "expected_period",
        amount="net_amount",
    ),
    entity(
        "receipts",
        "po_id line_no received_on",
        "po_id! line_no! received_on!:date amount!:money",
        amount="amount",
    ),
    entity(
        "budget_versions",
        "version_id",
        "version_id! kind! fiscal_year! status! approved_on!:date currency!:currency effective_from:date",
    ),
    entity(
        "budget_lines",
        "version_id period_id department_id channel campaign_id account_id milestone_date",
        "version_id! period_id! amount!:money department_id channel campaign_id account_id quantity:number unit "
        "phasing:text(even_day|profile|whole_period|milestone) profile_id milestone_date:date control "
        "carry:text(none|surplus|both)",
        amount="amount",
    ),
    entity(
        "budget_profiles",
        "profile_id date_day weekday",
        "profile_id! date_day:date weekday weight!:number",
    ),
    entity(
        "fx_rates",
        "from_currency to_currency date_day rate_type",
        "from_currency!:currency to_currency!:currency date_day!:date rate!:rate "
        "rate_type:text(spot|month_average|month_end|budget)",
    ),
    entity(
        "fx_locks",
        "lock_id",
        "lock_id! from_currency!:currency to_currency!:currency rate!:rate amount!:money start_date!:date "
        "end_date!:date",
    ),
    entity(
        "savings_baselines",
        "baseline_id",
        "baseline_id! start_date!:date end_date!:date amount!:money currency!:currency signed_on!:date signed_by! "
        "target_share:number",
        amount="amount",
    ),
    entity(
        "savings_agreements",
        "claim_id",
        "claim_id! agreed_on!:date agreed_by! amount!:money currency!:currency effective_from:date "
        "credit_documents:list note",
        amount="amount",
    ),
    entity(
        "fiscal_periods",
        "period_id",
        "period_id! status!:text(open|soft_closed|closed) closed_at:timestamp",
    ),
    entity(
        "touchpoints",
        "touch_id",
        "touch_id! user_id! touched_at!:timestamp channel! campaign_id platform "
        "interaction:text(click|view|visit) cost:money",
        day="touched_at",
        amount="cost",
    ),
    entity(
        "conversions",
        "conversion_id",
        "conversion_id! user_id! converted_at!:timestamp revenue!:money currency!:currency conversion_type "
        "customer_id order_id margin:money is_first:boolean billing_months:integer",
        day="converted_at",
        amount="revenue",
    ),
    entity(
        "refunds",
        "refund_id",
        "refund_id! conversion_id! refunded_at!:timestamp amount!:money currency!:currency",
        day="refunded_at",
        amount="amount",
    ),
    entity("identities", "user_id", "user_id! canonical_user_id! since:timestamp"),
    entity(
        "lift_tests",
        "test_id",
        "test_id! channel! start_date!:date end_date!:date spend_delta!:money currency!:currency "
        "outcome_delta!:number standard_error!:number outcome_kind:text(conversions|revenue)",
    ),
    entity(
        "manual_spend",
        "spend_id",
        "spend_id! spend_date!:date amount!:money currency!:currency vendor_id net_or_gross tax_amount:money "
        "department_id campaign_id channel spend_category contract_id po_id invoice_number service_start:date "
        "service_end:date state corrects_spend_id",
        day="spend_date",
        amount="amount",
    ),
)
