"""One request that is asked until it is answered, and how long to wait before it is asked again."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

import httpx
import tenacity

from outlay.sources.fetched.classify import Classifier, Verdict

USER_AGENT = "outlay"
# A passing failure that comes back so often in a row is none.
ATTEMPTS = 8
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0


class _WithoutQuery(logging.Filter):
    """httpx writes the whole address of every request into its log; the query of a report's opens it to anybody."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(one.copy_with(query=None) if isinstance(one, httpx.URL) else one for one in record.args)
        return True


logging.getLogger("httpx").addFilter(_WithoutQuery())


@dataclass
class Ask:
    """`content` is what httpx takes for the body; `renewed` says that a new token was got for it already."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    classify: Classifier
    authorised: bool = True
    content: Mapping[str, Any] = field(default_factory=dict)
    renewed: bool = False
    attempts: int = 0

    @property
    def shown(self) -> str:
        """For people: no query, it may hold a token."""
        return f"{self.method} {self.url.path}"


class AgainError(Exception):
    """The answer was a throttle or a passing failure."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.why)
        self.verdict = verdict


def verdict_of(state: tenacity.RetryCallState) -> Verdict:
    """Why the last attempt was not the last."""
    error = state.outcome.exception() if state.outcome else None
    return error.verdict if isinstance(error, AgainError) else Verdict("permanent")


def wait_before(verdict: Verdict, attempt: int, random: Random) -> float:
    """Seconds before the next attempt: the server's word, else twice as long every time, less a part at random."""
    if verdict.wait is not None:
        return verdict.wait
    longest = min(_FIRST_WAIT * 2.0 ** (attempt - 1), _LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)


@cache
def certificates() -> ssl.SSLContext:
    """Read once for all clients: it takes longer than a request."""
    return httpx.create_ssl_context()
