"""Reads orders as conversions, and the refunds of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal

from outlay.entities import ENTITIES
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Reading, Row
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import CONVERTERS
from outlay.sources.shopify.queries import MOST_REFUNDS

Money = Literal["shopMoney", "presentmentMoney"]
_UNIT = Decimal("0.0001")
# An order that was never paid and never will be.
_NEVER_PAID = ("VOIDED", "EXPIRED")


def gid(value: Any) -> str:
    """a global id such as gid://shopify/Order/1234"""
    if type(value) is not str or value[:6] != "gid://":
        raise ValueError(value)
    return value[value.rfind("/") + 1 :].partition("?")[0]


@dataclass(frozen=True)
class Valuing:
    """How a company reads its orders: whose money, with tax or without, and which details carry canonical columns."""

    money: Money = "shopMoney"
    without_tax: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)

    def columns_of(self, details: Any) -> dict[str, Any]:
        """The canonical columns that stand in an order's additional details."""
        stated = {one["key"]: one.get("value") for one in details or ()}
        found = {}
        for column, key in self.attributes.items():
            value = stated.get(key)
            if value is not None and value != "":
                found[column] = _typed(column, value)
        return found

    def net(self, amount: Decimal, total: Decimal, tax: Decimal) -> Decimal:
        """A part of an order's total less the tax in it."""
        if not self.without_tax or not total:
            return amount
        return (amount * (total - tax) / total).quantize(_UNIT, ROUND_HALF_EVEN)


def order_shape(valuing: Valuing) -> Shape:
    """What an order must hold, in the money that the company reads."""
    return Shape(
        [
            Field("conversion_id", "id", gid, required=True),
            Field("_name", "name"),
            Field("converted_at", "processedAt", "timestamp", required=True),
            Field("source_updated_at", "updatedAt", "timestamp"),
            Field("_test", "test", "boolean", default=False),
            Field("_status", "displayFinancialStatus"),
            Field("customer_id", "customer.id", gid),
            Field("_place", "customerJourneySummary.customerOrderIndex", "integer"),
            *_money(valuing, "totalPriceSet", "revenue", "currency"),
            Field("_tax", f"totalTaxSet.{valuing.money}.amount", "money", default=Decimal(0)),
        ],
        known=(
            "customAttributes",
            f"totalTaxSet.{valuing.money}.currencyCode",
            *_other_money(valuing, "totalPriceSet", "totalTaxSet"),
        ),
    )


def refund_shapes(valuing: Valuing) -> tuple[Shape, Shape]:
    """What an order with refunds must hold, and what a refund."""
    order = Shape(
        [
            Field("conversion_id", "id", gid, required=True),
            Field("_test", "test", "boolean", default=False),
            *_money(valuing, "totalPriceSet", "_total", "currency"),
            Field("_tax", f"totalTaxSet.{valuing.money}.amount", "money", default=Decimal(0)),
        ],
        known=(
            "refunds",
            f"totalTaxSet.{valuing.money}.currencyCode",
            *_other_money(valuing, "totalPriceSet", "totalTaxSet"),
        ),
    )
    refund = Shape(
        [
            Field("refund_id", "id", gid, required=True),
            Field("refunded_at", "createdAt", "timestamp", required=True),
            Field("source_updated_at", "updatedAt", "timestamp"),
            *_money(valuing, "totalRefundedSet", "amount", "currency"),
        ],
        known=_other_money(valuing, "totalRefundedSet"),
    )
    return order, refund


def conversion(order: Any, shape: Shape, valuing: Valuing, reading: Reading) -> Iterator[Row]:
    """The order as a conversion; none for a test or an order that was never paid.

    `user_id` is what the company's storefront wrote down; else the customer, else the order itself.
    """
    row = shape.read(order, reading)
    if row.pop("_test") or row.pop("_status") in _NEVER_PAID:
        return
    place, name, conversion_id = row.pop("_place"), row.pop("_name"), row["conversion_id"]
    row["user_id"] = row["customer_id"] or f"order-{conversion_id}"
    row["conversion_type"] = "purchase"
    row["order_id"] = name or conversion_id
    row["is_first"] = None if place is None else place == 1
    row["revenue"] = valuing.net(row["revenue"], row["revenue"], row.pop("_tax"))
    if valuing.attributes:
        row.update(valuing.columns_of(order.get("customAttributes")))
    yield row


def refunds(order: Any, shapes: tuple[Shape, Shape], valuing: Valuing, reading: Reading) -> Iterator[Row]:
    """The refunds of an order, positive amounts, with tax or without it as revenue is."""
    of_order, of_refund = shapes
    head = of_order.read(order, reading)
    found = order.get("refunds")
    if not isinstance(found, list) or len(found) >= MOST_REFUNDS:
        raise SchemaError("refunds", f"a list of fewer than {MOST_REFUNDS} refunds", f"order {order['id']}")
    if head["_test"]:
        return
    for refund in found:
        read = of_refund.read(refund, reading)
        amount = valuing.net(read["amount"], head["_total"], head["_tax"])
        yield {**read, "conversion_id": head["conversion_id"], "amount": amount}


def _money(valuing: Valuing, path: str, amount: str, currency: str) -> tuple[Field, Field]:
    return (
        Field(amount, f"{path}.{valuing.money}.amount", "money", required=True),
        Field(currency, f"{path}.{valuing.money}.currencyCode", "currency", required=True),
    )


def _other_money(valuing: Valuing, *paths: str) -> tuple[str, ...]:
    other = "presentmentMoney" if valuing.money == "shopMoney" else "shopMoney"
    return tuple(f"{path}.{other}.{name}" for path in paths for name in ("amount", "currencyCode"))


def _typed(column: str, value: str) -> Any:
    """Details are free text: one that does not fit its column is told, not guessed at."""
    kind = ENTITIES["conversions"].column(column).type
    convert: Callable[[Any], Any] = CONVERTERS[kind]
    try:
        return convert(value)
    except (ValueError, TypeError, ArithmeticError):
        raise SchemaError(f"customAttributes for {column}", f"a value of type {kind}", value) from None
