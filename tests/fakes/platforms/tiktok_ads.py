"""TikTok: always HTTP 200, what went wrong is a `code` in the body; pages by number; 30 days a call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked, Desk

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, Row, World

KIND = "tiktok_ads"
_DATA = ("rows", "campaigns")
STEPS = {
    "throttle": _DATA,
    "server_error": _DATA,
    "cut_stream": _DATA,
    "expired_token": _DATA,
    "html_error_page": _DATA,
    "wrong_secret": ("account",),
    "repeated_row": _DATA,
    "lost_row": _DATA,
    "new_field": _DATA,
    "missing_field": _DATA,
    "retyped_field": _DATA,
}
METRICS = (
    "campaign_name", "currency", "spend", "impressions", "clicks", "conversion", "total_purchase_value",
    "total_complete_payment_rate", "complete_payment", "cpc", "cpm", "ctr", "reach",
)  # fmt: skip
_DIMENSIONS = ("campaign_id", "advertiser_id", "stat_time_day")


def routes(world: World) -> list[Route]:
    desk = Desk(world, KIND, refusals=REFUSALS, steps=STEPS, guard=_guard)
    made = []
    for root in ("/open_api/{version:str}", ""):
        for end in ("/", ""):
            made += [
                desk.route(f"{root}/report/integrated/get{end}", _report, _step, _account),
                desk.route(f"{root}/advertiser/info{end}", _describe, "account", _account),
                desk.route(f"{root}/advertiser/info/get{end}", _describe, "account", _account),
                desk.route(f"{root}/campaign/get{end}", _campaigns, "campaigns", _account),
            ]
    return made


def _answer(code: int, message: str, data: Any = None, request: str = "20260130fake") -> Response:
    return json_answer({"code": code, "message": message, "request_id": request, "data": data or {}})


def _bad_token(asked: Asked) -> Response:
    return _answer(asked.world.switches["tiktok_token_code"], "Access token is incorrect or has been revoked.")


REFUSALS = {
    "throttle": lambda asked: _answer(40100, "Too many requests. Please retry in some time."),
    "server_error": lambda asked: _answer(int(asked.fault.detail or 50000), "System error"),
    "expired_token": _bad_token,
    "wrong_secret": _bad_token,
}


def _step(request: Request, body: bytes) -> str:
    return "control" if "ADVERTISER" in request.query_params.get("data_level", "") else "rows"


def _account(request: Request, body: bytes) -> str | None:
    stated = request.query_params.get("advertiser_id") or request.query_params.get("advertiser_ids", "")
    return stated.strip('[]" ').split(",")[0].strip('" ') or None


def _guard(asked: Asked) -> Response | None:
    token = asked.headers.get("access-token", "")
    if not token:
        return _answer(40104, "Access token is empty. Please pass one in the header as Access-Token.")
    if token != asked.world.credentials[KIND]["access_token"]:
        return _bad_token(asked)
    account = asked.world.accounts.get(KIND, {}).get(str(asked.account))
    if account is None or not account.permitted:
        return _answer(40001, f"No permission to operate advertiser {asked.account}")
    return None


def _mine(asked: Asked) -> FakeAccount:
    return asked.world.accounts[KIND][str(asked.account)]


def _listed(asked: Asked, name: str, default: Sequence[str] = ()) -> list[str]:
    """A parameter that is a JSON array. Raises ValueError for anything else."""
    value = json.loads(asked.query.get(name) or json.dumps(list(default)))
    if not isinstance(value, list):
        raise ValueError(f"{name}: not a valid list")
    return [str(one) for one in value]


def _report(asked: Asked) -> Response:
    try:
        dimensions, metrics = _listed(asked, "dimensions"), _listed(asked, "metrics", ("spend",))
        first, last = (date.fromisoformat(asked.query[name]) for name in ("start_date", "end_date"))
    except (KeyError, ValueError) as error:
        return _answer(40002, f"Invalid parameter: {error}")
    return _refused(asked, dimensions, metrics, first, last) or _page(
        asked, _rows(asked, dimensions, metrics, first, last)
    )


def _refused(
    asked: Asked, dimensions: Sequence[str], metrics: Sequence[str], first: date, last: date
) -> Response | None:
    most = asked.world.switches["tiktok_max_days"]
    vanished = asked.fault is not None and asked.fault.name == "missing_field" and asked.fault.detail == "refused"
    unknown = [one for one in metrics if one not in METRICS or (vanished and one == "spend")]
    if unknown:
        return _answer(40002, f"Invalid metric(s): {unknown}")
    if any(one not in _DIMENSIONS for one in dimensions) or not dimensions:
        return _answer(40002, f"dimensions: invalid {list(dimensions)}")
    if "stat_time_day" in dimensions and (last - first).days >= most:
        return _answer(40002, f"The time span of start_date and end_date can not exceed {most} days")
    if first > last:
        return _answer(40002, "end_date must not be earlier than start_date")
    return None


def _rows(asked: Asked, dimensions: Sequence[str], metrics: Sequence[str], first: date, last: date) -> list[Json]:
    world, account = asked.world, _mine(asked)
    by_campaign = "campaign_id" in dimensions
    rows = world.spend(KIND, account.id, first, last) if by_campaign else world.by_day(KIND, account.id, first, last)
    if by_campaign and "STATUS_ALL" not in asked.query.get("filtering", ""):  # then deleted campaigns are left out
        rows = [row for row in rows if (KIND, row["campaign_id"]) not in world.removed]
    if "stat_time_day" not in dimensions:
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row["campaign_id"] if by_campaign else "", []).append(row)
        rows = [world.summed(group) for group in groups.values()]
    as_text = world.switches["tiktok_numbers_as_text"]
    return [
        {
            "dimensions": {name: _dimension(account, row, name) for name in dimensions},
            "metrics": {name: _metric(world, account, row, name, as_text) for name in metrics},
        }
        for row in rows
    ]


def _dimension(account: FakeAccount, row: Row, name: str) -> str:
    if name == "stat_time_day":
        return f"{row['date_day'].isoformat()} 00:00:00"
    return account.id if name == "advertiser_id" else str(row["campaign_id"])


def _metric(world: World, account: FakeAccount, row: Row, name: str, as_text: bool) -> Any:
    """A figure, as text or as a number; `-` where there is none."""
    words = {"campaign_name": world.name_of(row) or "-", "currency": account.currency}
    if name in words:
        return words[name]
    purchases, value = row["conversions"], row["conversions_value"]
    figures: dict[str, Decimal | int | str | None] = {
        "spend": row["spend"].quantize(Decimal("0.01")) if row["spend"] == round(row["spend"], 2) else row["spend"],
        "impressions": row["impressions"],
        "clicks": row["clicks"],
        "conversion": f"{purchases.normalize():f}" if purchases else None,
        "complete_payment": purchases or None,
        "total_purchase_value": value.quantize(Decimal("0.01")) if value else None,
        "reach": row["impressions"] * 2 // 3,
    }
    found = figures.get(name)
    if found is None:
        return "-"
    return str(found) if as_text else Decimal(found)


def _page(asked: Asked, found: list[Json], field: tuple[str, ...] = ("metrics", "spend")) -> Response:
    switches = asked.world.switches
    number, size = int(asked.query.get("page", 1)), int(asked.query.get("page_size", 10))
    if not 1 <= size <= switches["tiktok_page_size"] or number < 1:
        return _answer(40002, f"page_size: must be between 1 and {switches['tiktok_page_size']}")
    size = min(size, switches["tiktok_served_page_size"] or size)
    start = (number - 1) * size
    page = spoilt(
        found[start : start + size], asked.fault, field=field,
        retyped=lambda value: str(value).replace(".", ","), before=found[start - 1] if start else None,
    )  # fmt: skip
    info = {"page": number, "page_size": size, "total_number": len(found), "total_page": -(-len(found) // size)}
    return _answer(0, "OK", {"list": page, "page_info": info}, asked.world.answer_id("20260130fake"))


def _describe(asked: Asked) -> Response:
    account = _mine(asked)
    known = {
        "advertiser_id": account.id,
        "name": account.name,
        "currency": account.currency,
        "timezone": account.time_zone,
        "display_timezone": account.time_zone,
        "status": "STATUS_ENABLE",
    }
    wanted = _listed(asked, "fields", tuple(known))
    return _answer(0, "OK", {"list": [{name: value for name, value in known.items() if name in wanted}]})


def _campaigns(asked: Asked) -> Response:
    rows = asked.world.campaigns(KIND, str(asked.account))
    found = [
        {
            "advertiser_id": asked.account,
            "campaign_id": row["campaign_id"],
            "campaign_name": row["name"],
            "operation_status": "ENABLE" if row.get("status") != "paused" else "DISABLE",
            "objective_type": "WEB_CONVERSIONS",
            "budget": row.get("daily_budget") or Decimal(0),
            "budget_mode": "BUDGET_MODE_DAY",
            "create_time": f"{row.get('start_date') or '2025-01-01'} 08:00:00",
            "modify_time": "2026-01-01 08:00:00",
        }
        for row in rows
        if (KIND, row["campaign_id"]) not in asked.world.removed
    ]
    return _page(asked, found, ("campaign_id",))
