"""What QuickBooks' answers mean: errors come as `{"Fault": {"Error": [{"Message", "Detail", "code"}], "type"}}`."""

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
    transient,
    unauthorized,
)

_WAIT = 60.0  # the quota is counted by the minute


def classify(head: Head) -> Verdict:
    """By the kind of fault, which may come with any status; else by the status."""
    document = head.json() if head.body.lstrip()[:1] == b"{" and b'"Fault"' in head.body else None
    fault = document.get("Fault") if isinstance(document, dict) else None
    if not isinstance(fault, dict):
        verdict = json_verdict(head)
        if verdict.kind == "throttled" and verdict.wait is None:
            return throttled(verdict.why, _WAIT)
        return verdict
    kind, code, why = _said(head, fault)
    if head.status == 429 or code == "3001" or kind == "THROTTLE":
        return throttled(why, retry_after(head.headers) or _WAIT)
    if code == "3100" or head.status == 403:
        return forbidden(why)
    if code == "3200" or kind == "AUTHENTICATION" or head.status == 401:
        return unauthorized(why)
    if "reduce the date range" in why.lower():
        return too_much(why)
    if kind == "SystemFault" or head.status >= 500:
        return transient(why)
    return permanent(why)


def _said(head: Head, fault: dict[str, object]) -> tuple[str, str, str]:
    errors = fault.get("Error")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    message = " ".join(f"{first.get('Message', '')} {first.get('Detail', '')}".split())[:300]
    code = str(first.get("code", "")).lstrip("0")
    return str(fault.get("type", "")), code, f"HTTP {head.status} {code}: {message or head.said()}"
