"""Google's ways of saying no."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from tests.fakes.answers import Json, json_answer
from tests.fakes.desk import Asked

_FAILURE = "type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure"
_PERMISSION = (
    "User doesn't have permission to access customer. Note: If you're accessing a client customer, the manager's "
    "customer id must be set in the 'login-customer-id' header."
)


def _answer(asked: Asked, status: int, error: Json) -> Response:
    """The error; on a stream it is wrapped in an array."""
    body: Any = {"error": {"code": status} | error}
    return json_answer([body] if asked.request.url.path.endswith(":searchStream") else body, status)


def refused(
    asked: Asked, status: int, name: str, code: dict[str, str], message: str, more: Json | None = None,
    summary: str = "Request contains an invalid argument.",
) -> Response:  # fmt: skip
    """A GoogleAdsFailure: `name` is the canonical status, `code` the errorCode, `more` stands beside its message."""
    failure = {
        "@type": _FAILURE.format(version=asked.path["version"]),
        "errors": [{"errorCode": code, "message": message} | (more or {})],
        "requestId": "fake-request",
    }
    return _answer(asked, status, {"message": summary, "status": name, "details": [failure]})


def unauthenticated(asked: Asked) -> Response:
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential."
    )
    return _answer(asked, 401, {"message": message, "status": "UNAUTHENTICATED"})


def developer_token(asked: Asked) -> Response:
    return refused(asked, 401, "UNAUTHENTICATED", {"authenticationError": "DEVELOPER_TOKEN_INVALID"},
                   "The developer token is not valid.", summary="Request is missing valid credentials.")  # fmt: skip


def no_permission(asked: Asked) -> Response:
    return refused(asked, 403, "PERMISSION_DENIED", {"authorizationError": "USER_PERMISSION_DENIED"}, _PERMISSION,
                   summary="The caller does not have permission")  # fmt: skip


def unknown_customer(asked: Asked) -> Response:
    if asked.world.switches["google_unknown_customer"] == "USER_PERMISSION_DENIED":
        return no_permission(asked)
    return refused(asked, 401, "UNAUTHENTICATED", {"authenticationError": "CUSTOMER_NOT_FOUND"},
                   "No customer found for the provided customer ID.", summary="Authentication failed.")  # fmt: skip


def _wait(asked: Asked, otherwise: float) -> str:
    given = asked.fault.wait if asked.fault and asked.fault.wait is not None else otherwise
    return f"{given:g}"


def _throttled(asked: Asked) -> Response:
    """The short kind: too many at once."""
    wait = _wait(asked, 1)
    details = {"quotaErrorDetails": {"rateScope": "ACCOUNT", "rateName": "Requests per account",
                                     "retryDelay": f"{wait}s"}}  # fmt: skip
    return refused(asked, 429, "RESOURCE_EXHAUSTED", {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"},
                   f"Too many requests. Retry in {wait} seconds.", {"details": details},
                   "Resource has been exhausted (e.g. check quota).")  # fmt: skip


def _developer_quota(asked: Asked) -> Response:
    """The day's operations of the developer token are used up, for all its customers."""
    wait = _wait(asked, 8962)
    details = {"quotaErrorDetails": {"rateScope": "DEVELOPER", "rateName": "Number of operations for explorer access",
                                     "retryDelay": f"{wait}s"}}  # fmt: skip
    return refused(asked, 429, "RESOURCE_EXHAUSTED", {"quotaError": "RESOURCE_EXHAUSTED"},
                   f"Too many requests. Retry in {wait} seconds.", {"details": details},
                   "Resource has been exhausted (e.g. check quota).")  # fmt: skip


def _server_error(asked: Asked) -> Response:
    if asked.fault and asked.fault.detail == "unavailable":
        return _answer(asked, 503, {"message": "The service is currently unavailable.", "status": "UNAVAILABLE"})
    return refused(asked, 500, "INTERNAL", {"internalError": "INTERNAL_ERROR"}, "An internal error has occurred.",
                   summary="Internal error encountered.")  # fmt: skip


REFUSALS = {"throttle": _throttled, "developer_quota": _developer_quota, "server_error": _server_error}
