"""What NetSuite's answers mean. Errors come as an RFC 7807 object with `o:errorDetails`, each with `o:errorCode`."""

from __future__ import annotations

from outlay.sources.fetched.classify import (
    Head,
    Verdict,
    forbidden,
    json_verdict,
    permanent,
    retry_after,
    throttled,
    too_much,
    unauthorized,
)

_THROTTLED = {"CONCURRENCY_LIMIT_EXCEEDED", "REQUEST_LIMIT_EXCEEDED", "SSS_REQUEST_LIMIT_EXCEEDED"}
_TOO_MUCH = {"RESULT_SET_TOO_LARGE", "QUERY_RESULT_LIMIT_EXCEEDED"}
_FORBIDDEN = {"INSUFFICIENT_PERMISSION", "INVALID_ACCOUNT"}


def classify(head: Head) -> Verdict:
    """By error code where one is given, whatever the status is; else by the status."""
    if head.status < 400:
        return json_verdict(head)
    code, detail = _error(head)
    why = f"HTTP {head.status} {code}: {detail}" if code else f"HTTP {head.status}: {head.said()}"
    if code in _THROTTLED:
        return throttled(why, retry_after(head.headers))
    if code in _TOO_MUCH:
        return too_much(why)
    if code in _FORBIDDEN:
        return forbidden(why)
    if code == "INVALID_LOGIN":
        return unauthorized(why)
    verdict = json_verdict(head)
    return permanent(why) if verdict.kind == "permanent" else verdict


def _error(head: Head) -> tuple[str, str]:
    document = head.json()
    details = document.get("o:errorDetails") if isinstance(document, dict) else None
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    detail = first.get("detail") or (document.get("title") if isinstance(document, dict) else "") or ""
    return str(first.get("o:errorCode", "")), " ".join(str(detail).split())[:300]
