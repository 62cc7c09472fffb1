"""What Shopify's answers mean: GraphQL says most things with HTTP 200 and a list of errors, each with a code."""

from __future__ import annotations

from typing import Any

from outlay.sources.fetched.classify import (
    Head,
    Verdict,
    forbidden,
    json_verdict,
    permanent,
    throttled,
    too_much,
    transient,
    unauthorized,
)

_SHORTEST_WAIT = 1.0


def classify(head: Head) -> Verdict:
    """By the first error's code; else by the status. A throttled query waits until its points are there again."""
    verdict = json_verdict(head)
    if verdict.kind != "ok":
        if head.status == 404:
            return forbidden(verdict.why)
        return permanent(verdict.why) if head.status in (402, 423) else verdict
    # Errors stand before or after the data; beyond the first MiB there are only orders.
    document = head.json() if b'"errors"' in head.body else None
    errors = document.get("errors") if isinstance(document, dict) else None
    if not errors:
        return verdict
    code, message = _first(errors)
    why = f"{code}: {message}" if code else message
    if code == "THROTTLED":
        return throttled(why, _wait(document or {}))
    if code == "MAX_COST_EXCEEDED":
        return too_much(why)
    if code == "ACCESS_DENIED":
        return forbidden(why)
    if code == "UNAUTHORIZED":
        return unauthorized(why)
    return transient(why) if code in ("INTERNAL_SERVER_ERROR", "TIMEOUT") else permanent(why)


def _first(errors: Any) -> tuple[str, str]:
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    code = (first.get("extensions") or {}).get("code", "")
    return str(code), " ".join(str(first.get("message", errors)).split())[:300]


def _wait(document: dict[str, Any]) -> float:
    """Seconds until the bucket holds what the query costs."""
    cost = (document.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    return max(missing / float(status.get("restoreRate") or 50), _SHORTEST_WAIT)
