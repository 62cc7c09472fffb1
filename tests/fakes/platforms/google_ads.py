"""Google Ads REST: searchStream, search by pages, invoices; errors as GoogleAdsFailure, in an array on a stream."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.gaql import Query, parse_query
from tests.fakes.platforms import google_errors as errors
from tests.fakes.platforms.google_bills import invoices
from tests.fakes.platforms.google_rows import FIELDS, rows
from tests.fakes.tokens import bearer, token_routes

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, World

KIND = "google_ads"
_DATA = ("rows", "campaigns", "invoices")
STEPS = {
    "throttle": _DATA,
    "server_error": _DATA,
    "cut_stream": _DATA,
    "expired_token": _DATA,
    "html_error_page": _DATA,
    "developer_quota": _DATA,
    "expired_page_token": _DATA,
    "wrong_secret": ("token",),
    "repeated_row": _DATA,
    "lost_row": _DATA,
    "new_field": _DATA,
    "missing_field": _DATA,
    "retyped_field": _DATA,
}
_AMOUNT = {"rows": ("metrics", "costMicros"), "campaigns": ("campaign", "id"), "control": ("metrics", "costMicros")}


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=errors.REFUSALS, steps=STEPS, guard=_guard)
    customer = "/{version:str}/customers/{customer:str}"
    return [
        *token_routes(world, KIND, "/token", "/oauth2/token", "/oauth2/v3/token", "/oauth2/v4/token"),
        desk.route(customer + "/googleAds:searchStream", _stream, _step, _account, ("POST",)),
        desk.route(customer + "/googleAds:search", _search, _step, _account, ("POST",)),
        desk.route(customer + "/invoices", _invoices, "invoices", _account),
    ]


def _step(request: Request, body: bytes) -> str:
    """customer with figures: the control; customer: the account; campaigns with figures: rows; without: the list."""
    found = re.search(rb"FROM\s+(\w+)", body, re.IGNORECASE)
    resource, figures = (found[1].decode() if found else ""), b"metrics." in body
    if resource == "customer":
        return "control" if figures else "account"
    if resource == "billing_setup":
        return "account"
    return "rows" if figures else "campaigns"


def _account(request: Request, body: bytes) -> str | None:
    """The account as company.toml writes it: with hyphens."""
    digits = request.path_params["customer"]
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 else digits


def _guard(asked: Asked) -> Response | None:
    world = asked.world
    if asked.fault and asked.fault.name == "expired_token":
        world.tokens.expire(KIND)
    if not world.tokens.spend(KIND, bearer(asked.headers)):
        return errors.unauthenticated(asked)
    if asked.headers.get("developer-token") != world.credentials[KIND]["developer_token"]:
        return errors.developer_token(asked)
    digits = asked.path["customer"]
    if not re.fullmatch(r"\d{10}", digits):
        return errors.refused(asked, 400, "INVALID_ARGUMENT", {"requestError": "INVALID_CUSTOMER_ID"},
                              f"Invalid customer ID '{digits}'.")  # fmt: skip
    account = world.accounts.get(KIND, {}).get(str(asked.account))
    if account is None:
        return errors.unknown_customer(asked)
    return None if account.permitted else errors.no_permission(asked)


def _mine(asked: Asked) -> FakeAccount:
    return asked.world.accounts[KIND][str(asked.account)]


def _query(asked: Asked) -> Query | Response:
    """The query, or how Google refuses it."""
    try:
        query = parse_query(asked.json().get("query", ""))
    except ValueError as error:
        return errors.refused(asked, 400, "INVALID_ARGUMENT", {"queryError": "UNEXPECTED_INPUT"}, str(error))
    vanished = asked.fault and asked.fault.name == "missing_field" and asked.fault.detail == "refused"
    for field in query.fields:
        if field not in FIELDS or (vanished and field == "metrics.cost_micros"):
            return errors.refused(asked, 400, "INVALID_ARGUMENT", {"queryError": "UNRECOGNIZED_FIELD"},
                                  f"Unrecognized field in the query: '{field}'.")  # fmt: skip
    return query


def _found(asked: Asked, query: Query) -> list[Json]:
    found = rows(asked.world, _mine(asked), query)
    return found if query.limit is None else found[: query.limit]


def _retyped(value: object) -> object:
    """Money of major units where micros were."""
    return f"{int(str(value)) / 1_000_000:.2f}" if str(value or "").isdigit() else {"value": value}


def _spoilt(asked: Asked, page: list[Json], before: Json | None) -> list[Json]:
    field = _AMOUNT.get(asked.step, ("customer", "id"))
    return spoilt(page, asked.fault, field=field, retyped=_retyped, before=before)


def _mask(query: Query) -> str:
    parts = (re.sub(r"_(\w)", lambda found: found[1].upper(), field) for field in query.fields)
    return ",".join(parts)


def _stream(asked: Asked) -> Response:
    query = _query(asked)
    if isinstance(query, Response):
        return query
    found = _found(asked, query)
    if not found:
        return json_answer([_batch(asked, query, [])] if asked.world.switches["google_empty_as_batch"] else [])
    return json_answer([_batch(asked, query, page) for page in _batches(asked, found)])


def _batches(asked: Asked, found: list[Json]) -> Iterator[list[Json]]:
    """The rows in batches; a fault of the rows shows in the last batch, where one before it can be repeated."""
    size = asked.world.switches["google_batch_rows"]
    for start in range(0, len(found), size):
        page = found[start : start + size]
        last = start + size >= len(found)
        yield _spoilt(asked, page, found[start - 1] if start else None) if last else page


def _batch(asked: Asked, query: Query, page: list[Json]) -> Json:
    filled = {"results": page} if page else {}
    told = {"requestId": asked.world.answer_id("fake-request"), "queryResourceConsumption": "1234"}
    return filled | {"fieldMask": _mask(query)} | told


def _search(asked: Asked) -> Response:
    query = _query(asked)
    if isinstance(query, Response):
        return query
    if "pageSize" in asked.json():
        return errors.refused(asked, 400, "INVALID_ARGUMENT", {"requestError": "PAGE_SIZE_NOT_SUPPORTED"},
                              "Setting the page size is not supported.")  # fmt: skip
    token = asked.json().get("pageToken") or ""
    start = _page_start(token)
    if start is None or (asked.fault and asked.fault.name == "expired_page_token" and token):
        code = "INVALID_PAGE_TOKEN" if start is None else "EXPIRED_PAGE_TOKEN"
        return errors.refused(asked, 400, "INVALID_ARGUMENT", {"requestError": code}, "The page token is not usable.")
    found, size = _found(asked, query), asked.world.switches["google_page_size"]
    settings = asked.json().get("searchSettings") or {}
    if settings.get("omitResults"):
        counted = {"totalResultsCount": str(len(found))} if found and settings.get("returnTotalResultsCount") else {}
        return json_answer({"fieldMask": _mask(query)} | counted)
    page = _spoilt(asked, found[start : start + size], found[start - 1] if start else None)
    answer: Json = {"fieldMask": _mask(query), "queryResourceConsumption": "1234"}
    answer |= {"results": page} if page else {}
    if start + size < len(found):
        answer["nextPageToken"] = base64.urlsafe_b64encode(f"page:{start + size}".encode()).decode()
    return json_answer(answer)


def _page_start(token: str) -> int | None:
    """The row that a page token stands for; None for a token that was never given out."""
    if not token:
        return 0
    try:
        name, _, start = base64.urlsafe_b64decode(token).decode().partition(":")
    except ValueError:
        return None
    return int(start) if name == "page" and start.isdigit() else None


def _invoices(asked: Asked) -> Response:
    query = asked.query
    missing = [name for name in ("billingSetup", "issueYear", "issueMonth") if not query.get(name)]
    if missing:
        return errors.refused(asked, 400, "INVALID_ARGUMENT", {"requestError": "REQUIRED_FIELD_MISSING"},
                              f"Required field was not present: {missing[0]}")  # fmt: skip
    found = invoices(asked.world, _mine(asked), int(query["issueYear"]), query["issueMonth"])
    field = ("accountBudgetSummaries",)
    found = spoilt(found, asked.fault, field=field, retyped=lambda value: str(value))
    return json_answer({"invoices": found} if found else {})
