"""Xero: journals by number, lists by page, one header for the organisation, limits by minute and by day."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms.books import account_of
from tests.fakes.platforms.xero_records import journals, records
from tests.fakes.tokens import bearer, token_routes

if TYPE_CHECKING:
    from tests.fakes.data import World

KIND = "xero"
_WIRE = ("rows", "account", "list")
_DATA = ("rows", "list")
STEPS = {
    "throttle": _WIRE,
    "server_error": _WIRE,
    "cut_stream": _WIRE,
    "expired_token": _WIRE,
    "html_error_page": _WIRE,
    "wrong_secret": ("token",),
    "repeated_row": ("rows",),
    "lost_row": ("rows",),
    "new_field": ("rows",),
    "missing_field": ("rows",),
    "retyped_field": ("rows",),
}
_FIELDS = {"Accounts": "Class", "Contacts": "Name"}


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=_REFUSALS, steps=STEPS, guard=_guard)
    path = "/api.xro/2.0"
    return [
        *token_routes(world, KIND, "/oauth2/token", "/connect/token"),
        desk.route(path + "/Organisation", _organisation, "account", _account),
        desk.route(path + "/Journals", _journals, "rows", _account),
        *(
            desk.route(f"{path}/{name}", _list(name), _list_step, _account)
            for name in ("Invoices", "CreditNotes", "BankTransactions", "Accounts", "Contacts")
        ),
    ]


def _account(request: Request, body: bytes) -> str | None:
    return request.headers.get("xero-tenant-id")


def _list_step(request: Request, body: bytes) -> str:
    """Lists are rows of their own, unless asked to name the vendors of the ledger."""
    for_ledger = "summaryOnly" in request.query_params or request.url.path.endswith("BankTransactions")
    return "list" if for_ledger else "rows"


def _throttled(asked: Asked) -> Response:
    problem = asked.fault.detail if asked.fault and asked.fault.detail in ("day", "appminute") else "minute"
    wait = asked.fault.wait if asked.fault and asked.fault.wait is not None else (66_975 if problem == "day" else 30)
    headers = {
        "Retry-After": f"{wait:g}",
        "X-Rate-Limit-Problem": problem,
        "X-MinLimit-Remaining": "0",
        "X-DayLimit-Remaining": "0" if problem == "day" else "4321",
    }
    return Response("", 429, headers)


def _refused(status: int, title: str, detail: str) -> Response:
    return json_answer({"Type": None, "Title": title, "Status": status, "Detail": detail}, status)


_REFUSALS = {
    "throttle": _throttled,
    "server_error": lambda asked: Response("The organisation is temporarily unavailable", 503),
}


def _guard(asked: Asked) -> Response | None:
    world = asked.world
    if asked.fault and asked.fault.name == "expired_token":
        world.tokens.expire(KIND)
    if not world.tokens.spend(KIND, bearer(asked.headers)):
        return _refused(401, "Unauthorized", "TokenExpired: token expired")
    account = account_of(world, KIND, asked.account)
    if asked.account is None or account is None or not account.permitted:
        return _refused(403, "Forbidden", "AuthenticationUnsuccessful")
    if asked.request.url.path.endswith("/Journals") and not world.switches["xero_journals_tier"]:
        return _refused(403, "Forbidden", "The app may not use Journals")
    return None


def _organisation(asked: Asked) -> Response:
    account = account_of(asked.world, KIND, asked.account)
    if account is None:
        return json_answer({"Organisations": []})
    about = {"Name": account.name, "BaseCurrency": account.currency, "Timezone": "WEUROPESTANDARDTIME"}
    return json_answer({"Organisations": [about]})


def _journals(asked: Asked) -> Response:
    """Those numbered beyond `offset`, oldest first, 100 at most."""
    offset, most = int(asked.query.get("offset", 0)), asked.world.switches["xero_journal_page"]
    every = journals(asked.world)
    found = [journal for journal in every if journal["JournalNumber"] > offset][:most]
    before = next((journal for journal in every if journal["JournalNumber"] == offset), None)
    name = asked.fault.name if asked.fault else ""
    if found and name == "lost_row":
        found[-1]["JournalLines"] = found[-1]["JournalLines"][:-1]
    elif found and name in ("missing_field", "retyped_field", "new_field"):
        lines = found[-1]["JournalLines"]
        found[-1]["JournalLines"] = spoilt(lines, asked.fault, field=("NetAmount",), retyped=_retyped)
    elif name == "repeated_row":
        found = spoilt(found, asked.fault, field=("JournalID",), retyped=_retyped, before=before)
    return json_answer({"Id": "fake", "Status": "OK", "Journals": found})


def _list(name: str) -> Callable[[Asked], Response]:
    def answer(asked: Asked) -> Response:
        since = re.search(r"Date>=DateTime\((\d+),(\d+),(\d+)\)", asked.query.get("where", ""))
        first = "-".join(since.groups()) if since else ""
        found = records(asked.world, name, first)
        page, size = int(asked.query.get("page", 1)), int(asked.query.get("pageSize", 100))
        size = min(size, asked.world.switches["xero_page_size"])
        shown = found if name == "Accounts" else found[(page - 1) * size : page * size]
        if "summaryOnly" in asked.query:
            shown = [{key: value for key, value in one.items() if key != "LineItems"} for one in shown]
        field = (_FIELDS.get(name, "SubTotal"),)
        shown = spoilt(shown, asked.fault, field=field, retyped=_retyped)
        body: Json = {"Id": "fake", "Status": "OK", name: shown}
        if name != "Accounts":
            body["pagination"] = {"page": page, "pageSize": size, "itemCount": len(found)}
        return json_answer(body)

    return answer


def _retyped(value: Any) -> Any:
    return {"value": value}
