"""What Meta's answers mean. It says nearly everything with HTTP 400 and a code in the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from outlay.sources.fetched.classify import (
    Head,
    Verdict,
    forbidden,
    json_verdict,
    permanent,
    retry_after,
    throttled,
    too_much,
    transient,
    unauthorized,
)

_THROTTLE = {4, 17, 32, 341, 613, *range(80000, 80015)}
_PASSING = {1, 2}
_TOKEN = {102, 190, 463, 467}
_PERMISSION = {3, 10, 294, *range(200, 300)}
_TOO_MUCH_SUBCODES = {1487534}
_NO_SUCH_OBJECT = 33


def classify(head: Head) -> Verdict:
    """The verdict on one answer of the Graph API."""
    error = _error(head)
    if error is None:
        return json_verdict(head)
    code, subcode = _whole(error.get("code")), _whole(error.get("error_subcode"))
    why = f"{error.get('message')} (code {code}{f', subcode {subcode}' if subcode else ''})"
    if is_too_much(code, subcode, str(error.get("message"))):
        return too_much(why)
    if code in _THROTTLE:
        return throttled(why, _wait(head.headers))
    if code in _TOKEN:
        return unauthorized(why)
    if code in _PERMISSION or (code == 100 and subcode == _NO_SUCH_OBJECT):
        return forbidden(why)
    if code in _PASSING or error.get("is_transient") is True or head.status >= 500:
        return transient(why)
    return permanent(why)


def is_too_much(code: int | None, subcode: int | None, message: str) -> bool:
    """Whether an error, of an answer or of a report run, asks for smaller questions."""
    return (code == 100 and subcode in _TOO_MUCH_SUBCODES) or (
        code == 1 and "reduce the amount of data" in message.lower()
    )


def _error(head: Head) -> dict[str, Any] | None:
    # A success begins with its data; its whole body need not be read to see that it is no error.
    if head.status == 200 and b'"error"' not in head.body[:200]:
        return None
    told = head.json()
    error = told.get("error") if isinstance(told, dict) else None
    return error if isinstance(error, dict) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _wait(headers: Mapping[str, str]) -> float | None:
    """The longest delay in seconds that a usage header names; None where none does."""
    waits = [retry_after(headers) or 0.0]
    for uses in _usage(headers, "x-business-use-case-usage").values():
        for use in uses if isinstance(uses, list) else []:
            waits.append(60.0 * _number(use.get("estimated_time_to_regain_access")))
    waits.append(_number(_usage(headers, "x-ad-account-usage").get("reset_time_duration")))
    return max(waits) or None


def _usage(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        told = json.loads(headers.get(name, "{}"))
    except ValueError:
        return {}  # a header is a hint: without it the delay grows by itself
    return told if isinstance(told, dict) else {}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
