"""Pages through orders with GraphQL cursors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import AccessError, FetchError, TooMuchDataError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.shopify.orders import Valuing, conversion, order_shape, refund_shapes, refunds
from outlay.sources.shopify.queries import ABOUT, COUNT, ORDERS

_ALL_ORDERS = "read_all_orders"


def _list(value: Any) -> list[Any]:
    """a list"""
    if not isinstance(value, list):
        raise ValueError(value)
    return value


_ABOUT = Shape(
    [
        Field("name", "data.shop.name"),
        Field("currency", "data.shop.currencyCode", "currency", required=True),
        Field("time_zone", "data.shop.ianaTimezone", required=True),
        Field("scopes", "data.currentAppInstallation.accessScopes", _list, required=True),
    ]
)
_COUNT = Shape([Field("count", "data.ordersCount.count", "integer", required=True)])


class Shopify:
    """Orders by the month they were processed in; refunds all at once, for they come long after their order.

    There is no sum by day to hold against without a further permission; the shop's own count of orders is compared with
    what was fetched.
    """

    version = 1
    controlled = None

    def __init__(
        self,
        client_for: Callable[[str], Client],
        entity: str,
        *,
        api_version: str = "2026-10",
        page_size: int = 50,
        recent_only: bool = False,
        shops_are_paths: bool = False,
        valuing: Valuing | None = None,
    ) -> None:
        self.entity = entity
        self.slicing: Slicing = "month" if entity == "conversions" else "all"
        self.restatement_days = 30 if entity == "conversions" else 1  # orders are edited until they are sent
        self._client_for = client_for
        self._path = f"/admin/api/{api_version}/graphql.json"
        self._page_size = page_size
        self._recent_only = recent_only
        self._shops_are_paths = shops_are_paths
        self._valuing = valuing or Valuing()
        self._order = order_shape(self._valuing)
        self._refund = refund_shapes(self._valuing)
        self._clients: dict[str, Client] = {}

    def describe(self, account: str) -> Account:
        """The shop's name, currency and time zone. Raises AccessError where older orders would be left out silently."""
        about = _ABOUT.read(self._ask(account, ABOUT).json())
        scopes = {scope.get("handle") for scope in about["scopes"]}
        if _ALL_ORDERS not in scopes and not self._recent_only:
            raise AccessError(
                f"the token for {account} lacks the scope {_ALL_ORDERS}: Shopify would leave out "
                "orders of more than 60 days ago without a word. Grant it, or set recent_only = true in options"
            )
        return Account(account, about["name"], about["currency"], about["time_zone"])

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        """The orders page by page; fewer of them a page where the query costs more than the shop allows."""
        condition = self._filter(account, first_day, last_day)
        expected = self._count(account.id, condition)
        given, cursor, size = set[str](), None, self._page_size
        while True:
            variables = {"first": size, "after": cursor, "filter": condition}
            try:
                answer = self._ask(account.id, ORDERS[self.entity], variables)
            except TooMuchDataError as error:
                if size == 1:
                    raise FetchError(f"{error}; a single order costs too much") from None
                size = max(size // 2, 1)
                continue
            document = answer.json()
            orders = (document.get("data") or {}).get("orders") or {}
            if document.get("errors"):
                # Beyond the first MiB the classifier does not see them.
                raise FetchError(f"{answer.asked}: a part of the orders failed: {str(document['errors'])[:200]}")
            if not isinstance(orders.get("nodes"), list) or "pageInfo" not in orders:
                raise FetchError(f"{answer.asked}: the answer has no orders; Shopify has changed it")
            given |= identities(orders["nodes"], "id")
            yield answer.page(f"{self.entity} where {condition}, {size} after {cursor}")
            if not orders["pageInfo"]["hasNextPage"]:
                break
            cursor = self._next(answer, cursor, orders["pageInfo"]["endCursor"])
        if len(given) < expected:
            raise FetchError(f"the shop counts {expected} orders and gave {len(given)}; run again")

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        """The conversions or refunds of one page."""
        for order in items(page.body, "data.orders.nodes.item"):
            if self.entity == "conversions":
                yield from conversion(order, self._order, self._valuing, reading)
            else:
                yield from refunds(order, self._refund, self._valuing, reading)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        """None: see the class."""
        return None

    # -- asking --------------------------------------------------------------------------------------------------

    def _filter(self, account: Account, first_day: date, last_day: date) -> str:
        """Whole days of the shop's time zone, the last one included; for refunds whatever was touched since."""
        first, end = (_midnight(day, account.time_zone) for day in (first_day, last_day + timedelta(days=1)))
        if self.entity == "refunds":
            status = "(financial_status:refunded OR financial_status:partially_refunded)"
            return f"{status} AND updated_at:>='{first}'"
        return f"processed_at:>='{first}' AND processed_at:<'{end}'"

    def _count(self, account: str, condition: str) -> int:
        # A precision of AT_LEAST is a lower bound too, as good as any for saying that something is missing.
        return int(_COUNT.read(self._ask(account, COUNT, {"filter": condition}).json())["count"])

    def _next(self, answer: Answer, cursor: str | None, following: Any) -> str:
        if not isinstance(following, str) or following == cursor:
            raise FetchError(f"{answer.asked}: there are more orders, and no cursor that leads to them; run again")
        return following

    def _ask(self, account: str, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        client = self._clients.get(account)
        if client is None:
            client = self._clients[account] = self._client_for(account)
        # A shop is told by its host; behind one base_url, where company.toml states it, by the first part of the path.
        path = f"/{account}{self._path}" if self._shops_are_paths else self._path
        return client.post(path, json={"query": query, "variables": dict(variables or {})})


def _midnight(day: date, zone: str | None) -> str:
    return datetime.combine(day, time(), ZoneInfo(zone or "UTC")).isoformat()
