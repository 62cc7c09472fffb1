"""Meta's ways of saying no: HTTP 400 in most cases, the code in the body, the wait in a header and in minutes."""

from __future__ import annotations

import json
import math

from starlette.responses import Response

from tests.fakes.answers import json_answer
from tests.fakes.desk import Asked


def usage_headers(asked: Asked, minutes: int | None = None) -> dict[str, str]:
    """How much of the quota is used; `minutes` until access is regained once it is used up."""
    percent = 100 if minutes is not None else asked.world.switches["meta_usage_percent"]
    usage = {
        "type": "ads_insights",
        "call_count": percent,
        "total_cputime": percent // 2,
        "total_time": percent // 2,
        "estimated_time_to_regain_access": minutes or 0,
        "ads_api_access_tier": "standard_access",
    }
    return {
        "x-business-use-case-usage": json.dumps({"66782684": [usage]}),
        "x-fb-ads-insights-throttle": json.dumps(
            {"app_id_util_pct": percent, "acc_id_util_pct": percent, "ads_api_access_tier": "standard_access"}
        ),
        "x-ad-account-usage": json.dumps({"acc_id_util_pct": percent, "reset_time_duration": 60 * (minutes or 0)}),
        "x-app-usage": json.dumps({"call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2}),
    }


def _error(
    asked: Asked, code: int, message: str, *, subcode: int | None = None, status: int = 400,
    kind: str = "OAuthException", transient: bool = False, minutes: int | None = None,
) -> Response:  # fmt: skip
    error = {"message": message, "type": kind, "code": code, "is_transient": transient, "fbtrace_id": "Afake"}
    error |= {"error_subcode": subcode} if subcode else {}
    return json_answer({"error": error}, status, usage_headers(asked, minutes))


def _throttled(asked: Asked) -> Response:
    """Code 17 of the user, or with `detail` another of Meta's codes: 4, 32, 613, 80000, 80004."""
    code = int(asked.fault.detail or 17) if asked.fault else 17
    subcode = {4: 1504022, 17: 2446079, 613: 1487742}.get(code)
    wait = asked.fault.wait if asked.fault and asked.fault.wait is not None else 0
    message = f"(#{code}) User request limit reached" if code == 17 else f"(#{code}) There have been too many calls"
    return _error(asked, code, message, subcode=subcode, transient=code == 4, minutes=math.ceil(wait / 60))


def _server_error(asked: Asked) -> Response:
    return _error(asked, 2, "Service temporarily unavailable", status=500, kind="OAuthException", transient=True)


def bad_token(asked: Asked) -> Response:
    return _error(asked, 190, "Invalid OAuth access token - Cannot parse access token", status=401)


def _expired(asked: Asked) -> Response:
    message = "Error validating access token: Session has expired on Sunday, 01-Feb-26 05:00:00 PST."
    return _error(asked, 190, message, subcode=463, status=400)


def no_permission(asked: Asked) -> Response:
    message = "(#200) Ad account owner has NOT grant ads_management or ads_read permission"
    return _error(asked, 200, message, status=403)


def unknown_object(asked: Asked, name: str) -> Response:
    message = (
        f"Unsupported get request. Object with ID '{name}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation."
    )
    return _error(asked, 100, message, subcode=33, kind="GraphMethodException")


def nonexisting_field(asked: Asked, field: str) -> Response:
    return _error(asked, 100, f"(#100) Tried accessing nonexisting field ({field})")


def invalid(asked: Asked, message: str) -> Response:
    return _error(asked, 100, message)


def too_much(asked: Asked) -> Response:
    message = "Please reduce the amount of data you're asking for, then retry your request"
    return _error(asked, 100, message, subcode=1487534, status=500)


REFUSALS = {
    "throttle": _throttled,
    "server_error": _server_error,
    "expired_token": _expired,
    "wrong_secret": bad_token,
    "too_much_data": too_much,
}
