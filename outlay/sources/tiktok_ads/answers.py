"""What TikTok's answers mean. The HTTP status is 200 whatever happened; the body's `code` tells."""

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
    retry_after,
    throttled,
    transient,
    unauthorized,
)

_THROTTLE = {40100, 40016, 40133}
_TOKEN = {40101, 40102, 40103, 40104, 40105}
_PERMISSION = {40001, 40106, 40114}
_PASSING = {60001}
_CODE = re.compile(rb'^\s*\{\s*"code"\s*:\s*0\s*,')


def classify(head: Head) -> Verdict:
    """The verdict on one answer."""
    verdict = json_verdict(head)
    if verdict.kind != "ok":
        return verdict
    told: Any = head.json() if head.whole else None
    if told is None and _CODE.match(head.body):
        return OK  # too long to be an error; json_verdict has seen that it ends
    code = told.get("code") if isinstance(told, dict) else None
    if code == 0:
        return OK
    why = f"{told.get('message')} (code {code})" if isinstance(told, dict) else f"no code: {head.said()}"
    if code is None:
        return transient(why)
    if code in _THROTTLE:
        return throttled(why, retry_after(head.headers))
    if code in _TOKEN:
        return unauthorized(why)
    if code in _PERMISSION:
        return forbidden(why)
    if code in _PASSING or (isinstance(code, int) and 50000 <= code < 60000):
        return transient(why)
    return permanent(why)
