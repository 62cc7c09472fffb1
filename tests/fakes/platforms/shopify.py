"""Shopify's Admin GraphQL: orders by cursor, points for each query, errors with HTTP 200."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms.books import ZERO, Row, account_of, figure, grouped, instant, rows

if TYPE_CHECKING:
    from tests.fakes.data import World

KIND = "shopify"
_WIRE = ("rows", "account", "count")
STEPS = {
    "throttle": _WIRE,
    "server_error": _WIRE,
    "cut_stream": _WIRE,
    "html_error_page": _WIRE,
    "wrong_secret": _WIRE,
    "too_much_data": ("rows",),
    "repeated_row": ("rows",),
    "lost_row": ("rows",),
    "new_field": ("rows",),
    "missing_field": ("rows",),
    "retyped_field": ("rows",),
}
# Columns of a conversion that the storefront wrote into an order's additional details, as outlay_<column>.
DETAILS = ("user_id", "conversion_type", "margin", "is_first", "customer_id", "order_id")
_POINTS = 1000.0
_POINTS_A_SECOND = 100.0


def routes(world: World) -> list[Route]:
    """A shop is the first part of the path here, where it is the host in truth."""
    desk = Desk(world, KIND, refusals=_REFUSALS, steps=STEPS, guard=_guard)
    return [desk.route("/{shop:str}/admin/api/{version:str}/graphql.json", _graphql, _step, _account, ("POST",))]


def detail_columns() -> list[str]:
    """The option `columns` of a source that reads every detail there is."""
    return [f"{column} = outlay_{column}" for column in DETAILS]


def _account(request: Request, body: bytes) -> str | None:
    return str(request.path_params["shop"])


def _step(request: Request, body: bytes) -> str:
    if b"ordersCount" in body:
        return "count"
    return "rows" if b"orders(" in body else "account"


def _error(message: str, code: str, cost: float = 0.0, available: float = _POINTS) -> Response:
    body: Json = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return json_answer(body | _cost(cost, available, actual=None))


def _cost(cost: float, available: float, actual: float | None) -> Json:
    status = {"maximumAvailable": _POINTS, "currentlyAvailable": available, "restoreRate": _POINTS_A_SECOND}
    return {"extensions": {"cost": {"requestedQueryCost": cost, "actualQueryCost": actual, "throttleStatus": status}}}


def _throttled(asked: Asked) -> Response:
    """The bucket lacks what it fills in the stated wait, 3 seconds where none is stated."""
    wait = asked.fault.wait if asked.fault and asked.fault.wait is not None else 3
    return _error("Throttled", "THROTTLED", 500 + wait * _POINTS_A_SECOND, 500)


def _unauthorized(asked: Asked) -> Response:
    message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    return json_answer({"errors": message}, 401)


def _too_costly(cost: float) -> Response:
    message = f"Query cost is {cost:g}, which exceeds the single query max cost limit ({_POINTS:g})."
    return _error(message, "MAX_COST_EXCEEDED", cost)


_REFUSALS = {
    "throttle": _throttled,
    "server_error": lambda asked: _error("Internal error. Looks like something went wrong.", "INTERNAL_SERVER_ERROR"),
    "wrong_secret": _unauthorized,
    "too_much_data": lambda asked: _too_costly(1002),
}


def _guard(asked: Asked) -> Response | None:
    account = account_of(asked.world, KIND, asked.account)
    if account is None:
        return json_answer({"errors": "Not Found"}, 404)
    if asked.headers.get("x-shopify-access-token") != asked.world.credentials[KIND]["access_token"]:
        return _unauthorized(asked)
    if not account.permitted:
        return _error("Access denied for orders field. Required access: `read_orders` access scope.", "ACCESS_DENIED")
    return None


def _graphql(asked: Asked) -> Response:
    body = asked.json()
    variables = body.get("variables") or {}
    if asked.step == "account":
        return json_answer({"data": _about(asked)} | _cost(2, _POINTS, 2))
    wants_refunds = "financial_status:" in variables["filter"]
    found = _meant(asked.world, variables["filter"], wants_refunds)
    if asked.step == "count":
        counted = {"ordersCount": {"count": len(found), "precision": "EXACT"}}
        return json_answer({"data": counted} | _cost(10, _POINTS, 10))
    size = int(variables["first"])
    cost = 2.0 + size * asked.world.switches["shopify_points_an_order"]
    if size > 250 or cost > asked.world.switches["shopify_most_points"]:
        return _too_costly(cost)
    start = int(base64.b64decode(variables["after"]).decode()) if variables.get("after") else 0
    page = [_node(asked, row, wants_refunds) for row in found[start : start + size]]
    page = _spoilt(asked, page, _node(asked, found[start - 1], wants_refunds) if start else None)
    cursor = base64.b64encode(str(start + size).encode()).decode() if page else None
    orders = {"nodes": page, "pageInfo": {"hasNextPage": start + size < len(found), "endCursor": cursor}}
    left = _POINTS - asked.world.answer_number() / 1000
    return json_answer({"data": {"orders": orders}} | _cost(cost, left, cost))


def _spoilt(asked: Asked, page: list[Json], before: Json | None) -> list[Json]:
    """Whichever money is read, its amount is what a fault of the field takes away."""
    for whose in ("shopMoney", "presentmentMoney"):
        field = ("totalPriceSet", whose, "amount")
        page = spoilt(page, asked.fault, field=field, retyped=lambda value: {"value": value}, before=before)
        if asked.fault and asked.fault.name in ("repeated_row", "lost_row"):
            break
    return page


def _about(asked: Asked) -> Json:
    account = account_of(asked.world, KIND, asked.account)
    scopes = asked.world.switches["shopify_scopes"]
    return {
        "shop": {
            "name": account.name if account else "",
            "currencyCode": account.currency if account else "EUR",
            "ianaTimezone": account.time_zone if account else "UTC",
        },
        "currentAppInstallation": {"accessScopes": [{"handle": scope} for scope in scopes]},
    }


def _meant(world: World, condition: str, wants_refunds: bool) -> list[Row]:
    """The conversions that the filter means, by when they were processed or last touched; with their refunds."""
    refunds = grouped(rows(world, "refunds"), "conversion_id")
    since = re.search(r"(?:processed|updated)_at:>='([^']+)'", condition)
    until = re.search(r"processed_at:<'([^']+)'", condition)
    first = datetime.fromisoformat(since[1]) if since else datetime.min.replace(tzinfo=UTC)
    end = datetime.fromisoformat(until[1]) if until else datetime.max.replace(tzinfo=UTC)
    found = []
    for row in rows(world, "conversions"):
        mine = refunds.get(row["conversion_id"], [])
        moments = [row["converted_at"], *(one["refunded_at"] for one in mine if wants_refunds)]
        moment = max(_moment(one) for one in moments)
        if first <= moment < end and (mine or not wants_refunds):
            found.append((moment, row["conversion_id"], row | {"_refunds": mine}))
    return [row for *_, row in sorted(found, key=lambda entry: entry[:2])]


def _node(asked: Asked, row: Row, wants_refunds: bool) -> Json:
    account = account_of(asked.world, KIND, asked.account)
    currency = account.currency if account else "EUR"
    order = _order(asked.world, row, currency)
    if not wants_refunds:
        return order
    refunds = [_refund(asked.world, one, currency) for one in row["_refunds"]]
    return {name: order[name] for name in ("id", "test", "totalPriceSet", "totalTaxSet")} | {"refunds": refunds}


def _moment(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _order(world: World, row: Row, currency: str) -> Json:
    details = [{"key": f"outlay_{name}", "value": _written(row[name])} for name in DETAILS if row.get(name) is not None]
    first = row.get("is_first")
    rate = Decimal(world.switches["shopify_tax_rate"])
    tax = (row["revenue"] * rate / (1 + rate)).quantize(Decimal("0.01")) if rate else ZERO
    statuses = world.switches["shopify_statuses"]
    return {
        "id": f"gid://shopify/Order/{row['conversion_id']}",
        "name": f"#{row.get('order_id') or row['conversion_id']}",
        "processedAt": instant(row["converted_at"]),
        "updatedAt": instant(row.get("source_updated_at")),
        "test": row["conversion_id"] in world.switches["shopify_test_orders"],
        "displayFinancialStatus": statuses.get(row["conversion_id"], "PAID"),
        "customer": {"id": f"gid://shopify/Customer/{row['customer_id']}"} if row.get("customer_id") else None,
        "customerJourneySummary": None if first is None else {"customerOrderIndex": 1 if first else 2},
        "customAttributes": details,
        "totalPriceSet": _money(world, row["revenue"], row["currency"], currency),
        "totalTaxSet": _money(world, tax, row["currency"], currency),
    }


def _refund(world: World, row: Row, currency: str) -> Json:
    return {
        "id": f"gid://shopify/Refund/{row['refund_id']}",
        "createdAt": instant(row["refunded_at"]),
        "updatedAt": instant(row.get("source_updated_at")),
        "totalRefundedSet": _money(world, row["amount"], row["currency"], currency),
    }


def _money(world: World, amount: Decimal, currency: str, shop: str) -> Json:
    """The customer paid in the row's currency; the shop books its own, at the rate that the world states."""
    rate = Decimal(1) if currency == shop else Decimal(world.switches["shopify_rates"].get(currency, 1))
    booked = (amount * rate).quantize(Decimal("0.01"))
    return {
        "shopMoney": {"amount": figure(booked), "currencyCode": shop},
        "presentmentMoney": {"amount": figure(amount), "currencyCode": currency},
    }


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
