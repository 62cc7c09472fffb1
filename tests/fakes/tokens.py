"""Access tokens: given out for a refresh token, good for a while, gone when they expire."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from tests.fakes.data import World

EXPIRES_IN = 3599


@dataclass
class Tokens:
    """The access tokens that are good now. `uses`: how many requests one lasts, None for as many as its time allows."""

    uses: int | None = None
    _good: dict[str, list[float]] = field(default_factory=dict)  # token -> [until when, requests left]
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def issue(self, kind: str) -> str:
        """A new access token of a platform. It holds the word `canary`: no artefact may ever contain it."""
        token = f"canary-{kind}-access-{next(self._numbers):04d}"
        self._good[token] = [time.monotonic() + EXPIRES_IN, self.uses if self.uses is not None else float("inf")]
        return token

    def spend(self, kind: str, token: str) -> bool:
        """Whether the token is good for one more request."""
        standing = self._good.get(token)
        if not token.startswith(f"canary-{kind}-access-") or standing is None:
            return False
        standing[1] -= 1
        return standing[0] > time.monotonic() and standing[1] >= 0

    def expire(self, kind: str) -> None:
        """Every access token of the platform given out so far is good no more."""
        self._good = {token: left for token, left in self._good.items() if not token.startswith(f"canary-{kind}-")}


def bearer(headers: Mapping[str, str]) -> str:
    """The token of `Authorization: Bearer ...`, empty where there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def token_routes(world: World, kind: str, *paths: str) -> list[Route]:
    """OAuth token endpoints at `paths`: grants refresh_token and client_credentials, secrets in the form or as Basic.

    A wrong client is `invalid_client` (401), a wrong refresh token, or the fault `wrong_secret`, `invalid_grant` (400).
    """

    async def endpoint(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        form |= _basic(request.headers.get("authorization", ""))
        world.log(kind, "token", request, None)
        fault = world.faults.take(kind, "token", None, "token", {"wrong_secret": ("token",)})
        if fault is not None and fault.name == "wrong_secret":
            return _refused(400, "invalid_grant", "Token has been expired or revoked.")
        if fault is not None:
            return Response("upstream connect error", 503, media_type="text/plain")
        secrets = world.credentials[kind]
        if any(form.get(name) != secrets[name] for name in ("client_id", "client_secret") if name in secrets):
            return _refused(401, "invalid_client", "The OAuth client was not found.")
        grant = form.get("grant_type")
        if grant not in ("refresh_token", "client_credentials"):
            return _refused(400, "unsupported_grant_type", f"Invalid grant_type: {grant}")
        if grant == "refresh_token" and form.get("refresh_token") != secrets.get("refresh_token"):
            return _refused(400, "invalid_grant", "Token has been expired or revoked.")
        answer = {"access_token": world.tokens.issue(kind), "expires_in": EXPIRES_IN, "token_type": "Bearer"}
        if grant == "refresh_token":
            answer["refresh_token"] = secrets["refresh_token"]
        return JSONResponse(answer)

    return [Route(path, endpoint, methods=["POST"]) for path in paths]


def _basic(header: str) -> dict[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return {}
    name, _, secret = base64.b64decode(value).decode().partition(":")
    return {"client_id": unquote(name), "client_secret": unquote(secret)}


def _refused(status: int, error: str, description: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": description}, status)
