"""LinkedIn: adAnalytics asked in raw Rest.li syntax, without pages and capped without a word; accounts; campaigns."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms.linkedin_rows import FIELDS, campaign, elements, strangers
from tests.fakes.tokens import bearer, token_routes

if TYPE_CHECKING:
    from tests.fakes.data import World

KIND = "linkedin_ads"
_DATA = ("rows", "campaigns")
STEPS = {
    "throttle": _DATA,
    "server_error": _DATA,
    "cut_stream": _DATA,
    "expired_token": _DATA,
    "html_error_page": _DATA,
    "wrong_secret": ("token", "account"),
    "silent_truncation": ("rows",),
    "repeated_row": _DATA,
    "lost_row": _DATA,
    "new_field": _DATA,
    "missing_field": _DATA,
    "retyped_field": _DATA,
}
_DAY = r"\(year:(\d+),month:(\d+),day:(\d+)\)"
_RANGE = re.compile(rf"^\(start:{_DAY}(?:,end:{_DAY})?\)$")


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=REFUSALS, steps=STEPS, guard=_guard)
    made = token_routes(world, KIND, "/token", "/oauth2/token", "/oauth/v2/accessToken")
    for root in ("/rest", ""):
        made += [
            desk.route(f"{root}/adAnalytics", _analytics, _step, _account, ("GET", "POST")),
            desk.route(f"{root}/adAccounts/{{account:str}}", _describe, "account", _account),
            desk.route(f"{root}/adAccounts/{{account:str}}/adCampaigns", _campaigns, "campaigns", _account),
        ]
    return made


def _error(status: int, message: str, code: str | None = None) -> Response:
    body: Json = {"message": message, "status": status}
    return json_answer(body | ({"code": code} if code else {}), status)


def _throttled(asked: Asked) -> Response:
    # No Retry-After: the quota is full again at midnight UTC.
    return _error(429, "Resource level throttle limit for calls to this resource is reached.", "TOO_MANY_REQUESTS")


def _unauthorized(asked: Asked) -> Response:
    body = {"status": 401, "serviceErrorCode": 65600, "code": "INVALID_ACCESS_TOKEN", "message": "Invalid access token"}
    return json_answer(body, 401)


REFUSALS = {
    "throttle": _throttled,
    "server_error": lambda asked: _error(500, "Internal Server Error"),
    "wrong_secret": _unauthorized,
}


# -- the query -------------------------------------------------------------------------------------------------------


def _raw(request: Request, body: bytes) -> dict[str, str]:
    """The parameters as they came, percent signs and all; from the body where the query was tunnelled."""
    text = body.decode() if request.method == "POST" else request.url.query
    return {name: value for name, _, value in (part.partition("=") for part in text.split("&") if part)}


def _step(request: Request, body: bytes) -> str:
    return "control" if "ACCOUNT" in _raw(request, body).get("pivot", "") else "rows"


def _account(request: Request, body: bytes) -> str | None:
    stated = request.path_params.get("account") or _raw(request, body).get("accounts", "")
    found = re.search(r"(\d+)\)?$", unquote(str(stated)))
    return found[1] if found else None


def _guard(asked: Asked) -> Response | None:
    world, token = asked.world, bearer(asked.headers)
    if asked.fault and asked.fault.name == "expired_token":
        world.tokens.expire(KIND)
        return _unauthorized(asked)
    if token != world.credentials[KIND].get("access_token") and not world.tokens.spend(KIND, token):
        return _unauthorized(asked)
    if not re.fullmatch(r"20\d{4}", asked.headers.get("linkedin-version", "")):
        return _error(400, "A version must be present. Please specify a version by adding the LinkedIn-Version header.",
                      "VERSION_MISSING")  # fmt: skip
    if asked.headers.get("x-restli-protocol-version") != "2.0.0":
        return _error(400, "Invalid query parameters passed to request", "ILLEGAL_ARGUMENT")
    if asked.step in ("rows", "control"):
        return None  # a report of an account that may not be read is empty, not refused
    account = world.accounts.get(KIND, {}).get(str(asked.account))
    if account is None:
        return _error(404, "Ad account not found", "NOT_FOUND")
    what = "/adCampaigns" if asked.step == "campaigns" else ""
    denied = f"Not enough permissions to access: GET /adAccounts/{asked.account}{what}"
    return None if account.permitted else _error(403, denied, "ACCESS_DENIED")


def _refused(asked: Asked, raw: dict[str, str]) -> Response | None:
    """How LinkedIn refuses the parameters of a report, if it does."""
    if asked.request.method == "GET" and len(asked.request.url.query) > asked.world.switches["linkedin_url_limit"]:
        return _error(414, "Request-URI Too Long")
    if asked.request.method == "POST" and asked.headers.get("x-http-method-override", "").upper() != "GET":
        return _error(405, "Method not allowed")
    if raw.get("q") != "analytics":
        return _error(400, "Parameter 'q' must be a finder such as analytics", "ILLEGAL_ARGUMENT")
    for name, value in raw.items():
        if re.search(r"%(28|29|2C)", value, re.IGNORECASE) or (name == "accounts" and ":" in value):
            return _error(400, f"Invalid value for parameter '{name}': its brackets are encoded", "ILLEGAL_ARGUMENT")
    if not re.fullmatch(r"List\(urn%3Ali%3AsponsoredAccount%3A\d+\)", raw.get("accounts", ""), re.IGNORECASE):
        return _error(400, "Parameter 'accounts' must be a List of urns", "ILLEGAL_ARGUMENT")
    if not _RANGE.match(raw.get("dateRange", "")):
        return _error(400, "Parameter 'dateRange' is invalid", "ILLEGAL_ARGUMENT")
    fields = raw.get("fields", "impressions,clicks").split(",")
    if len(fields) > asked.world.switches["linkedin_max_fields"]:
        return _error(400, "Too many fields are requested", "ILLEGAL_ARGUMENT")
    vanished = asked.fault is not None and asked.fault.name == "missing_field" and asked.fault.detail == "refused"
    for field in fields:
        if field not in FIELDS or (vanished and field == "costInLocalCurrency"):
            return _error(400, f"Field {field} is not a valid projection", "FIELD_INVALID")
    return None


# -- answers ---------------------------------------------------------------------------------------------------------


def _analytics(asked: Asked) -> Response:
    raw = _raw(asked.request, asked.body)
    refusal = _refused(asked, raw)
    if refusal:
        return refusal
    account = asked.world.accounts.get(KIND, {}).get(str(asked.account))
    if account is None or not account.permitted:
        return json_answer(_answer([]))
    found = elements(
        asked.world,
        account,
        _days(raw["dateRange"]),
        pivot=raw.get("pivot", "").strip("()").removeprefix("value:"),
        daily="DAILY" in raw.get("timeGranularity", "ALL"),
        fields=raw.get("fields", "impressions,clicks").split(","),
    )
    cap = asked.world.switches["linkedin_cap"]
    if asked.fault and asked.fault.name == "silent_truncation" and found:
        found = [*found[: len(found) // 2], *strangers(found[0], cap)]
    found = spoilt(
        found[:cap], asked.fault, field=("costInLocalCurrency",),
        retyped=lambda value: {"amount": value, "currencyCode": "USD"},
    )  # fmt: skip
    return json_answer(_answer(found))


def _answer(found: list[Json]) -> Json:
    # `paging` says nothing: there are no pages.
    return {"paging": {"start": 0, "count": 10, "links": []}, "elements": found}


def _days(text: str) -> tuple[date, date]:
    found = _RANGE.match(text)
    if found is None:
        raise ValueError(text)
    numbers: list[Any] = [int(number) if number else None for number in found.groups()]
    return date(*numbers[:3]), date(*numbers[3:]) if numbers[3] else date.max


def _describe(asked: Asked) -> Response:
    account = asked.world.accounts[KIND][str(asked.account)]
    return json_answer(
        {
            "id": int(account.id),
            "name": account.name,
            "currency": account.currency,
            "status": "ACTIVE",
            "type": "BUSINESS",
            "test": False,
            "reference": "urn:li:organization:2414183",
            "servingStatuses": ["RUNNABLE"],
        }
    )


def _campaigns(asked: Asked) -> Response:
    size = min(int(asked.query.get("pageSize", 100)), asked.world.switches["linkedin_page_size"])
    token = asked.query.get("pageToken", "")
    start = int(token.removeprefix("page-")) if token else 0
    account = asked.world.accounts[KIND][str(asked.account)]
    rows = asked.world.campaigns(KIND, account.id)
    found = [campaign(account, row) for row in rows if (KIND, row["campaign_id"]) not in asked.world.removed]
    page = spoilt(found[start : start + size], asked.fault, field=("id",), retyped=str,
                  before=found[start - 1] if start else None)  # fmt: skip
    more = {"nextPageToken": f"page-{start + size}"} if start + size < len(found) else {}
    return json_answer({"elements": page, "metadata": more})
