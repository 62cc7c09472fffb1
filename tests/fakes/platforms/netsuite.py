"""NetSuite's SuiteQL service: signed requests, pages by offset, values as text, empty columns left out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms.books import account_of
from tests.fakes.platforms.netsuite_tables import UnknownFieldError, answer_rows

if TYPE_CHECKING:
    from tests.fakes.data import World

KIND = "netsuite"
_WIRE = ("rows", "control", "account")
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
PATH = "/services/rest/query/v1/suiteql"


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=_REFUSALS, steps=STEPS, guard=_guard)
    return [desk.route(PATH, _suiteql, _step, _account, ("POST",))]


def _step(request: Request, body: bytes) -> str:
    if b"FROM currency" in body:
        return "account"
    return "control" if b"SUM(" in body else "rows"


def _account(request: Request, body: bytes) -> str | None:
    return _oauth(request.headers.get("authorization", "")).get("realm")


def _oauth(header: str) -> dict[str, str]:
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header)}


def _problem(status: int, code: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    body = {
        "type": "https://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html",
        "title": detail,
        "status": status,
        "o:errorDetails": [{"detail": detail, "o:errorCode": code}],
    }
    return json_answer(body, status, headers)


def _invalid_login(asked: Asked) -> Response:
    return _problem(401, "INVALID_LOGIN", "Invalid login attempt. For more details, see the Login Audit Trail.")


def _throttled(asked: Asked) -> Response:
    wait = asked.fault.wait if asked.fault else None
    headers = None if wait is None else {"Retry-After": f"{wait:g}"}
    return _problem(429, "CONCURRENCY_LIMIT_EXCEEDED", "Concurrent request limit exceeded. Request blocked.", headers)


_REFUSALS = {
    "throttle": _throttled,
    "server_error": lambda asked: _problem(500, "UNEXPECTED_ERROR", "An unexpected error occurred. Error ID: fake"),
    "wrong_secret": _invalid_login,
    "too_much_data": lambda asked: _problem(400, "RESULT_SET_TOO_LARGE", "The query returns more than 100000 rows."),
}


def _guard(asked: Asked) -> Response | None:
    """The signature is worked out anew from the request as it came."""
    stated = _oauth(asked.headers.get("authorization", ""))
    account = account_of(asked.world, KIND, asked.account)
    if account is None and asked.account:
        return _problem(403, "INVALID_ACCOUNT", f"Account {asked.account} does not exist or is not active.")
    if account is None or not _is_signed(asked, stated):
        return _invalid_login(asked)
    if not account.permitted:
        return _problem(403, "INSUFFICIENT_PERMISSION", "Permission Violation: You need the 'SuiteAnalytics Workbook'")
    if asked.world.switches["netsuite_needs_prefer"] and asked.headers.get("prefer") != "transient":
        return _problem(400, "INVALID_HEADER", "Required header Prefer is missing or its value is not transient.")
    return None


def _is_signed(asked: Asked, stated: dict[str, str]) -> bool:
    secrets = asked.world.credentials[KIND]
    signature = stated.pop("oauth_signature", "")
    stated.pop("realm", None)
    if stated.get("oauth_consumer_key") != secrets["consumer_key"] or stated.get("oauth_token") != secrets["token_id"]:
        return False
    pairs = {**stated, **asked.query}
    listed = "&".join(f"{_escaped(name)}={_escaped(pairs[name])}" for name in sorted(pairs))
    url = str(asked.request.url).partition("?")[0]
    text = "&".join((asked.request.method, _escaped(url), _escaped(listed)))
    key = f"{_escaped(secrets['consumer_secret'])}&{_escaped(secrets['token_secret'])}"
    ours = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
    return hmac.compare_digest(ours, signature)


def _escaped(text: str) -> str:
    return quote(text, safe="~-._")


def _suiteql(asked: Asked) -> Response:
    limit, offset = int(asked.query.get("limit", 1000)), int(asked.query.get("offset", 0))
    if limit > 1000 or offset % limit:
        return _problem(400, "INVALID_PARAMETER", f"Invalid offset {offset}: it must be divisible by limit {limit}.")
    query = asked.json().get("q", "")
    account = account_of(asked.world, KIND, asked.account)
    try:
        found = answer_rows(asked.world, query, account.currency if account else "EUR")
    except UnknownFieldError as error:
        return _problem(400, "INVALID_PARAMETER", f"Invalid search query. Field '{error}' was not found.")
    if offset >= asked.world.switches["netsuite_row_cap"]:
        return _problem(400, "INVALID_PARAMETER", "Offset is beyond the number of rows that a query gives out.")
    if "ORDER BY" not in query:
        random.Random(offset).shuffle(found)  # each page is cut from another order
    return json_answer(_page(asked, found, limit, offset))


def _page(asked: Asked, found: list[Json], limit: int, offset: int) -> Json:
    page = [{"links": [], **row} for row in found[offset : offset + limit]]
    before = {"links": [], **found[offset - 1]} if 0 < offset <= len(found) else None
    amount = ("amount",) if page and "amount" in page[0] else (_name_of(page),)
    page = spoilt(page, asked.fault, field=amount, retyped=lambda value: {"value": value}, before=before)
    more = offset + limit < len(found)
    links = [{"rel": "self", "href": str(asked.request.url)}]
    if more:
        links.insert(0, {"rel": "next", "href": f"{asked.request.url.path}?limit={limit}&offset={offset + limit}"})
    return {
        "links": links,
        "count": len(page),
        "hasMore": more,
        "items": page,
        "offset": offset,
        "totalResults": len(found),
    }


def _name_of(page: list[dict[str, Any]]) -> str:
    return next((name for name in (page[0] if page else {}) if name != "links"), "id")
