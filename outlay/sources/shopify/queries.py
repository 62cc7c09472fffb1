"""The GraphQL queries. Money is asked as the shop books it and as the customer paid it."""

from __future__ import annotations

_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"

ABOUT = "{ shop { name currencyCode ianaTimezone } currentAppInstallation { accessScopes { handle } } }"

# Refunds of one order that are asked for; the list cannot be paged.
MOST_REFUNDS = 100

_ORDERS = f"""
query Orders($first: Int!, $after: String, $filter: String!) {{
  orders(first: $first, after: $after, query: $filter, sortKey: %s) {{
    nodes {{
      id name processedAt updatedAt test displayFinancialStatus
      customer {{ id }}
      customerJourneySummary {{ customerOrderIndex }}
      customAttributes {{ key value }}
      totalPriceSet {_MONEY}
      totalTaxSet {_MONEY}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

_REFUNDS = f"""
query Refunds($first: Int!, $after: String, $filter: String!) {{
  orders(first: $first, after: $after, query: $filter, sortKey: %s) {{
    nodes {{
      id test
      totalPriceSet {_MONEY}
      totalTaxSet {_MONEY}
      refunds(first: {MOST_REFUNDS}) {{ id createdAt updatedAt totalRefundedSet {_MONEY} }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}"""

ORDERS = {"conversions": _ORDERS % "PROCESSED_AT", "refunds": _REFUNDS % "ID"}

COUNT = "query Count($filter: String!) { ordersCount(query: $filter, limit: null) { count precision } }"
