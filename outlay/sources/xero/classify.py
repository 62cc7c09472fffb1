"""What Xero's answers mean. Limits come as 429 with `X-Rate-Limit-Problem: minute | appminute | day`."""

from __future__ import annotations

from outlay.sources.fetched.classify import (
    Head,
    Verdict,
    forbidden,
    json_verdict,
    retry_after,
    throttled,
)

_MINUTE, _DAY = 60.0, 86_400.0


def classify(head: Head) -> Verdict:
    """By the status. A wait for the next day is stated as it is: it is longer than a run waits, which ends it."""
    if head.status == 429:
        problem = head.headers.get("x-rate-limit-problem", "minute").lower()
        wait = retry_after(head.headers)
        if wait is None:
            wait = _DAY if problem == "day" else _MINUTE
        return throttled(f"HTTP 429: the limit by {problem} is reached", wait)
    if head.status == 403 and b"Journals" in head.body:
        return forbidden(f"HTTP 403: {head.said()} (journals need a Xero app of the Advanced tier)")
    if head.status == 404:
        return forbidden(f"HTTP 404: {head.said()}")
    return json_verdict(head)
