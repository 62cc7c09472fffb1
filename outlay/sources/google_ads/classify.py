"""What Google Ads means by an answer: its failures say more than the status does, on a stream inside an array."""

from __future__ import annotations

import re
from typing import Any

from outlay.sources.fetched.classify import (
    OK,
    Head,
    Verdict,
    forbidden,
    json_verdict,
    permanent,
    throttled,
    transient,
    unauthorized,
)

_TRANSIENT = {"INTERNAL_ERROR", "TRANSIENT_ERROR", "DEADLINE_EXCEEDED", "CONCURRENT_MODIFICATION"}
# The account is not there, or not for this user: no other token helps.
_NO_ACCOUNT = {"CUSTOMER_NOT_FOUND", "NOT_ADS_USER"}


def google_verdict(head: Head) -> Verdict:
    """The verdict on an answer of any of Google Ads' methods."""
    verdict = json_verdict(head)
    error = _error(head)
    if error is None:
        if verdict.kind == "ok" and not head.whole and b"GoogleAdsFailure" in head.tail:
            return transient("the stream ended with an error")
        return verdict
    code, message, details = _first_failure(error)
    why = f"HTTP {head.status} {code or error.get('status', '')}: {message or error.get('message', '')}"
    return _of_code(code, why, details) or _of_status(head.status, error, why)


def _of_code(code: str, why: str, details: dict[str, Any]) -> Verdict | None:
    if code in ("RESOURCE_EXHAUSTED", "RESOURCE_TEMPORARILY_EXHAUSTED"):
        quota = details.get("quotaErrorDetails", {})
        # DEVELOPER is the day's quota of the token: no other account gets an answer either.
        is_used_up = code == "RESOURCE_EXHAUSTED" and quota.get("rateScope") == "DEVELOPER"
        return throttled(why, _seconds(quota.get("retryDelay")), "credential" if is_used_up else "call")
    if code in _TRANSIENT:
        return transient(why)
    return forbidden(why) if code in _NO_ACCOUNT else None


def _of_status(status: int, error: dict[str, Any], why: str) -> Verdict:
    if status == 401:
        return unauthorized(why)
    if status == 403:
        return forbidden(why)
    if status == 429:
        return throttled(why)
    # A stream can fail behind its first rows; the status is 200 by then.
    if status >= 500 or status < 400:
        return transient(why)
    return permanent(why) if error else OK


def _error(head: Head) -> dict[str, Any] | None:
    """The error object of an answer: as it is, or in one of the batches of a stream."""
    if head.status < 400 and b'"error"' not in head.body[:4096] and b'"error"' not in head.tail:
        return None
    found = head.json()
    for batch in found if isinstance(found, list) else [found]:
        if isinstance(batch, dict) and isinstance(batch.get("error"), dict):
            error: dict[str, Any] = batch["error"]
            return error
    return None


def _first_failure(error: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Code, message and details of the first failure inside the error."""
    for detail in error.get("details") or []:
        for failure in detail.get("errors") or []:
            code = next(iter(failure.get("errorCode", {}).values()), "")
            return str(code), str(failure.get("message", "")), failure.get("details") or {}
    return "", "", {}


def _seconds(delay: object) -> float | None:
    """Seconds of a duration as protobuf writes it: `8962s`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(delay))
    return float(match[1]) if match else None
