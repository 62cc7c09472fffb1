"""What the platforms' public documentation does not settle, or sets so high that a test would never reach it."""

from __future__ import annotations

from typing import Any

SWITCHES: dict[str, Any] = {
    "fresh_ids": False,  # every answer of Google, TikTok and Shopify differs from all others, as it does in truth
    # Google
    "google_page_size": 10_000,  # rows of one googleAds:search page
    "google_batch_rows": 10_000,  # rows of one batch of a searchStream array
    "google_empty_as_batch": False,  # an empty stream is [] or one batch without results
    "google_unknown_customer": "USER_PERMISSION_DENIED",  # or CUSTOMER_NOT_FOUND, which comes as 401
    "google_zero_fields_absent": True,  # proto3: a figure of 0 has no field
    # Meta
    "meta_page_size": None,  # at most so many rows a page, whatever `limit` asks
    "meta_max_days": None,  # a synchronous report over more days is refused as too much
    "meta_clicks_all_percent": 100,  # `clicks` as a share of `inline_link_clicks`
    "meta_next_repeats_header_token": False,  # paging.next holds the token although it came in a header
    "meta_usage_percent": 12,  # what the usage headers say
    "meta_polls": 0,  # polls that find an ordinary job still running
    # LinkedIn
    "linkedin_cap": 15_000,  # elements an answer holds at most, without a word
    "linkedin_max_fields": 20,
    "linkedin_url_limit": 4_000,  # longer query strings are 414
    "linkedin_page_size": 100,  # of a list of campaigns
    "linkedin_float_noise": False,  # money as 99.99999999999996
    # TikTok
    "tiktok_page_size": 1_000,  # a greater page_size is 40002
    "tiktok_served_page_size": None,  # at most so many rows a page, whatever page_size asks
    "tiktok_max_days": 30,
    "tiktok_token_code": 40105,
    "tiktok_numbers_as_text": True,
    # Microsoft
    "microsoft_polls": 0,
    "microsoft_throttle_status": 429,
    "microsoft_incomplete": False,  # Potential Incomplete Data: true
    # European Central Bank
    "ecb_trailing_comma": True,
    # QuickBooks
    "quickbooks_multicurrency": False,  # the company uses several currencies
    "quickbooks_document_amounts": True,  # then: the plain amount columns are in the document's currency, or empty
    "quickbooks_cell_limit": 400_000,  # a larger report says so with HTTP 200, in place of rows
    "quickbooks_parents": {},  # account -> the account above it in the report
    # Xero
    "xero_journal_page": 100,
    "xero_page_size": 1_000,
    "xero_journals_tier": True,  # the app may use Journals
    # NetSuite
    "netsuite_needs_prefer": True,  # 400 without `Prefer: transient`
    "netsuite_row_cap": 100_000,
    # Shopify
    "shopify_most_points": 1_000,  # that one query may cost
    "shopify_points_an_order": 8,
    "shopify_scopes": ("read_orders", "read_all_orders"),
    "shopify_rates": {},  # currency -> its rate to the shop's
    "shopify_tax_rate": 0,
    "shopify_test_orders": (),
    "shopify_statuses": {},  # order -> displayFinancialStatus, PAID where nothing is said
}
