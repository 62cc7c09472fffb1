"""What LinkedIn's answers mean. It keeps to the HTTP statuses; a throttle names no delay."""

from __future__ import annotations

from outlay.sources.fetched.classify import Head, Verdict, forbidden, json_verdict, permanent, throttled


def classify(head: Head) -> Verdict:
    """The verdict on one answer."""
    verdict = json_verdict(head)
    if verdict.kind == "ok":
        return verdict
    told = head.json()
    said = told.get("message") if isinstance(told, dict) else None
    code = told.get("code") if isinstance(told, dict) else None
    why = f"HTTP {head.status}: {said}{f' ({code})' if code else ''}" if said else verdict.why
    if verdict.kind == "throttled":
        return throttled(f"{why.rstrip('.')}; LinkedIn's daily limits end at midnight UTC", verdict.wait)
    if head.status == 404:
        return forbidden(why)
    if head.status == 426:
        return permanent(f"{why.rstrip('.')}; state a version in use as options.api_version")
    return Verdict(verdict.kind, why, verdict.wait, verdict.scope)
