"""QuickBooks Online: the General Ledger report, the query service, the company's facts; tokens as Intuit gives them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms.books import account_of
from tests.fakes.platforms.quickbooks_records import records
from tests.fakes.platforms.quickbooks_report import report
from tests.fakes.tokens import bearer, token_routes

if TYPE_CHECKING:
    from tests.fakes.data import World

KIND = "quickbooks"
_WIRE = ("rows", "report", "account", "count")
_DATA = ("rows", "report")
STEPS = {
    "throttle": _WIRE,
    "server_error": _WIRE,
    "cut_stream": _WIRE,
    "expired_token": _WIRE,
    "html_error_page": _WIRE,
    "too_much_data": _DATA,
    "wrong_secret": ("token",),
    "repeated_row": ("rows",),  # a report has no pages on which a row could come again
    "lost_row": _DATA,
    "new_field": _DATA,
    "missing_field": _DATA,
    "retyped_field": _DATA,
}
_AMOUNTS = {"Bill": "TotalAmt", "VendorCredit": "TotalAmt", "Account": "Classification", "Vendor": "DisplayName"}
_COUNT = re.compile(r"select count\(\*\) from (\w+)", re.IGNORECASE)
_SELECT = re.compile(
    r"select \* from (\w+)(?: where (.*?))?(?: orderby (\w+))?(?: startposition (\d+))?(?: maxresults (\d+))?",
    re.IGNORECASE,
)


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=_REFUSALS, steps=STEPS, guard=_guard)
    company = "/v3/company/{realm:str}"
    return [
        *token_routes(world, KIND, "/oauth2/token", "/oauth2/v1/tokens/bearer"),
        desk.route(company + "/reports/GeneralLedger", _general_ledger, "report", _account),
        desk.route(company + "/query", _query, _query_step, _account),
        desk.route(company + "/companyinfo/{id:str}", _company, "account", _account),
    ]


def _account(request: Request, body: bytes) -> str | None:
    return str(request.path_params["realm"])


def _query_step(request: Request, body: bytes) -> str:
    query = request.query_params.get("query", "")
    if "Preferences" in query:
        return "account"
    return "count" if _COUNT.match(query) else "rows"


def _fault(status: int, code: str, message: str, kind: str, headers: dict[str, str] | None = None) -> Response:
    error = {"Message": message, "Detail": message, "code": code}
    return json_answer({"Fault": {"Error": [error], "type": kind}, "time": "2026-02-03T04:05:06Z"}, status, headers)


def _throttled(asked: Asked) -> Response:
    wait = asked.fault.wait if asked.fault else None
    headers = None if wait is None else {"Retry-After": f"{wait:g}"}
    return _fault(429, "3001", "message=ThrottleExceeded; errorCode=003001; statusCode=429", "THROTTLE", headers)


def _unauthenticated(asked: Asked) -> Response:
    return _fault(401, "3200", "message=AuthenticationFailed; errorCode=003200; statusCode=401", "AUTHENTICATION")


_REFUSALS = {
    "throttle": _throttled,
    "server_error": lambda asked: _fault(503, "6000", "An application error has occurred", "SystemFault"),
    "too_much_data": lambda asked: _fault(400, "6540", "Report too large. Please reduce the date range", "SystemFault"),
}


def _guard(asked: Asked) -> Response | None:
    world = asked.world
    if asked.fault and asked.fault.name == "expired_token":
        world.tokens.expire(KIND)
    if not world.tokens.spend(KIND, bearer(asked.headers)):
        return _unauthenticated(asked)
    account = account_of(world, KIND, asked.account)
    if account is None or not account.permitted:
        message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
        return _fault(403, "3100", message, "AUTHORIZATION")
    return None


def _company(asked: Asked) -> Response:
    account = account_of(asked.world, KIND, asked.account)
    return json_answer({"CompanyInfo": {"Id": "1", "CompanyName": account.name if account else "", "Country": "DE"}})


def _general_ledger(asked: Asked) -> Response:
    account = account_of(asked.world, KIND, asked.account)
    return json_answer(report(asked.world, asked.query, account.currency if account else "EUR", asked.fault))


def _query(asked: Asked) -> Response:
    query = asked.query.get("query", "")
    if "Preferences" in query:
        account = account_of(asked.world, KIND, asked.account)
        currencies = {
            "MultiCurrencyEnabled": bool(asked.world.switches["quickbooks_multicurrency"]),
            "HomeCurrency": {"value": account.currency if account else "EUR"},
        }
        return _answered({"Preferences": [{"Id": "1", "CurrencyPrefs": currencies}]})
    counted = _COUNT.match(query)
    if counted:
        return _answered({"totalCount": len(records(asked.world, counted[1], query))})
    found = _SELECT.fullmatch(query)
    if found is None:
        return _fault(400, "4000", f"Error parsing query: {query[:60]}", "ValidationFault")
    kind, start, most = found[1], int(found[4] or 1), int(found[5] or 100)
    if most > 1000:
        return _fault(400, "4001", "maxresults is at most 1000", "ValidationFault")
    table = records(asked.world, kind, query)
    page = table[start - 1 : start - 1 + most]
    field = (_AMOUNTS.get(kind, "Id"),)
    before = table[start - 2] if start > 1 else None
    page = spoilt(page, asked.fault, field=field, retyped=_retyped, before=before)
    return _answered({kind: page, "startPosition": start, "maxResults": len(page)} if page else {})


def _retyped(value: Any) -> Any:
    return {"value": value}


def _answered(found: Json) -> Response:
    return json_answer({"QueryResponse": found, "time": "2026-02-03T04:05:06Z"})
