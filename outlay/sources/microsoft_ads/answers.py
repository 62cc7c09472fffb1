"""What Microsoft's answers mean: errors by number, under one of several names, with whichever HTTP status."""

from __future__ import annotations

from typing import Any

from outlay.sources.fetched.classify import (
    Head,
    Verdict,
    forbidden,
    json_verdict,
    permanent,
    retry_after,
    status_verdict,
    throttled,
    transient,
    unauthorized,
)

_LISTS = ("Errors", "OperationErrors", "BatchErrors", "PartialErrors")
_PASSING = {0}
_TOKEN = {105, 109}
_PERMISSION = {106, 1102, 1106, 1217, 1614, 2003}
# Calls a minute: their documentation asks for a minute's wait. 207: too many reports under way.
_THROTTLE = {117: 60.0, 207: None}
NO_COMPLETE_DATA = 2004
_ZIP_START, _ZIP_END = b"PK\x03\x04", b"PK\x05\x06"


def classify(head: Head) -> Verdict:
    """The verdict on one answer of the API."""
    verdict = json_verdict(head)
    error = _first_error(head)
    if error is None:
        return verdict
    code = error.get("Code")
    why = f"{error.get('Message')} ({error.get('ErrorCode')}, {code})"
    if code in _THROTTLE:
        stated = retry_after(head.headers)
        return throttled(why, _THROTTLE[code] if stated is None else stated)
    if code in _TOKEN:
        return unauthorized(why)
    if code in _PERMISSION:
        return forbidden(why)
    if code == NO_COMPLETE_DATA:
        return permanent(f"{why.rstrip('.')}; Microsoft has not finished a day that was asked for: run again later")
    if code in _PASSING or (verdict.kind == "transient" and code is None):
        return transient(why)
    return verdict if verdict.kind == "throttled" else permanent(why)


def classify_download(head: Head) -> Verdict:
    """The verdict on a report's file: a whole ZIP, or it is asked for again."""
    verdict = status_verdict(head)
    if verdict.kind != "ok":
        return verdict
    tail = head.tail or head.body[-64:]
    if head.body.startswith(_ZIP_START) and _ZIP_END in tail:
        return verdict
    return transient(f"HTTP {head.status} without a whole ZIP file")


def _first_error(head: Head) -> dict[str, Any] | None:
    told = head.json()
    if not isinstance(told, dict):
        return None
    for name in _LISTS:
        for error in told.get(name) or []:
            if isinstance(error, dict):
                return error
    return None
