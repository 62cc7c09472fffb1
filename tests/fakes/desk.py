"""The desk of one platform: every request is logged, counted and, where a fault is due, answered badly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import CutAnswer, html_page
from tests.fakes.faults import Fault

if TYPE_CHECKING:
    from tests.fakes.data import World


@dataclass
class Asked:
    """One request, read. `step` is what it asks for: rows, control, account, campaigns, submit ..."""

    world: World
    request: Request
    body: bytes
    step: str
    account: str | None
    fault: Fault | None = None

    @property
    def query(self) -> dict[str, str]:
        return dict(self.request.query_params)

    @property
    def path(self) -> dict[str, Any]:
        return self.request.path_params

    @property
    def headers(self) -> Mapping[str, str]:
        return self.request.headers

    def json(self) -> Any:
        return json.loads(self.body or b"{}")

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


Answerer = Callable[[Asked], Response]


class Desk:
    """Mounts the answers of one platform.

    `refusals`: how it says a fault that is no answer at all (throttle, server_error, expired_token, ...).
    `steps`: at which steps a fault shows by default.
    `guard`: looks at tokens and permissions before the answer is made; returns the refusal, if any.
    """

    def __init__(
        self,
        world: World,
        kind: str,
        *,
        refusals: Mapping[str, Callable[[Asked], Response]],
        steps: Mapping[str, tuple[str, ...]],
        guard: Callable[[Asked], Response | None] = lambda asked: None,
    ) -> None:
        self.world = world
        self.kind = kind
        self.refusals = refusals
        self.steps = steps
        self.guard = guard

    def route(
        self,
        path: str,
        answer: Answerer,
        step: str | Callable[[Request, bytes], str],
        account: Callable[[Request, bytes], str | None] = lambda request, body: None,
        methods: tuple[str, ...] = ("GET",),
    ) -> Route:
        """A route whose requests are `step` (or what it makes of them) for `account`."""

        async def endpoint(request: Request) -> Response:
            body = await request.body()
            which = step if isinstance(step, str) else step(request, body)
            asked = Asked(self.world, request, body, which, account(request, body))
            asked.fault = self.world.faults.take(
                self.kind, which, asked.account, _fingerprint(request, body), self.steps
            )
            self.world.log(self.kind, which, request, asked.fault, asked.account)
            return self._answer(asked, answer)

        return Route(path, endpoint, methods=list(methods))

    def _answer(self, asked: Asked, answer: Answerer) -> Response:
        name = asked.fault.name if asked.fault else ""
        if asked.fault and name == "html_error_page":
            return html_page(asked.fault)
        if name in self.refusals:
            return self.refusals[name](asked)
        response = self.guard(asked) or answer(asked)
        if asked.fault and name == "cut_stream":
            return CutAnswer(response, asked.fault.detail)
        return response


def _fingerprint(request: Request, body: bytes) -> str:
    """What is asked, without the token it is asked with."""
    query = "&".join(
        part for part in request.url.query.split("&") if not part.startswith(("access_token=", "appsecret_proof="))
    )
    return f"{request.method} {request.url.path}?{query} {hashlib.sha256(body).hexdigest()[:16]}"
