"""Who calls: keys of the spend store, and, where an identity provider is configured, its bearer tokens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import jwt

from outlay.api.problems import Problem
from outlay.spend_store import StoreError
from outlay.spend_store.keys import SCOPES, ApiKey, all_keys, split_token
from outlay.spend_store.sessions import LOST
from outlay.spend_store.store import SpendStore

_log = logging.getLogger("outlay.api")
# A key that was revoked, rotated or made is known after this long.
REFRESH_SECONDS = 0.5
# Keys read longer ago are not trusted: without the store, which knows what was revoked, nobody gets in.
STALE_SECONDS = 10.0
# Asymmetric ones only: a public key must never verify a token that anybody could sign with it.
ALGORITHMS = ("RS256", "ES256", "PS256", "EdDSA")
_NO_KEY = ApiKey("", "", "0" * 64, frozenset(), datetime.min, None, None)  # noqa: DTZ901 - never compared


@dataclass(frozen=True)
class Caller:
    """Whose key it is, and what it may do. Idempotency keys belong to the client, not to the key."""

    client: str
    key_id: str
    scopes: frozenset[str]

    def need(self, *scopes: str) -> None:
        """Raises Problem (403) unless the key has one of the scopes; admin has all."""
        if not self.may(*scopes):
            told = " or ".join(scopes)
            raise Problem(403, "forbidden", f"this key lacks the scope {told}; `outlay keys create --scope` gives it")

    def may(self, *scopes: str) -> bool:
        return "admin" in self.scopes or not self.scopes.isdisjoint(scopes)


@dataclass(frozen=True)
class IdentityProvider:
    """Whose tokens are taken: they must be signed by a key of `jwks_url`, by `issuer`, for `audience`, in time."""

    issuer: str
    audience: str
    jwks_url: str


class Callers:
    """Tells callers from their Authorization header."""

    def __init__(self, store: SpendStore, clock: Callable[[], datetime], provider: IdentityProvider | None) -> None:
        self._store = store
        self._clock = clock
        self._provider = provider
        self._jwks = jwt.PyJWKClient(provider.jwks_url, timeout=5, lifespan=300) if provider else None
        self._keys: dict[str, ApiKey] = {}
        self._read_at = float("-inf")
        self.ready = asyncio.Event()

    async def tell(self, authorization: str | None) -> Caller:
        """The caller. Raises Problem (401) for no, a wrong or an expired credential, all alike in words and time."""
        self._require_fresh()
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
        if self._provider is not None and token.count(".") == 2:
            return await self._by_token(token)
        key_id, secret = split_token(token) or ("", "")
        key = self._keys.get(key_id, _NO_KEY)
        is_right = key.opens(secret)
        if not is_right or not key.is_valid(self._clock()):
            raise _unauthorized()
        return Caller(key.client, key.key_id, key.scopes)

    async def keep_reading(self) -> None:
        """Reads the keys again and again, until it is cancelled; the first time has succeeded when `ready` is set."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                self._keys = {key.key_id: key for key in await self._store.read(all_keys)}
                self._read_at = loop.time()
                self.ready.set()
            except (StoreError, *LOST) as error:
                _log.error("the keys cannot be read: %s", error)
            await asyncio.sleep(REFRESH_SECONDS)

    def _require_fresh(self) -> None:
        if asyncio.get_running_loop().time() - self._read_at >= STALE_SECONDS:
            told = "the spend store, which knows the keys, does not answer"
            raise Problem(503, "store-unavailable", told, headers={"Retry-After": "5"})

    async def _by_token(self, token: str) -> Caller:
        try:
            claims = await asyncio.to_thread(self._verified, token)
        except jwt.PyJWTError as error:
            _log.info("a bearer token was refused: %s", error)
            raise _unauthorized() from None
        granted = claims.get("scope") or claims.get("scp") or ""
        names = granted if isinstance(granted, list) else str(granted).split()
        client = str(claims.get("azp") or claims.get("client_id") or claims["sub"])
        return Caller(f"oidc:{client}", f"oidc:{claims['sub']}"[:100], frozenset(map(str, names)) & frozenset(SCOPES))

    def _verified(self, token: str) -> dict[str, object]:
        assert self._provider is not None
        assert self._jwks is not None
        key = self._jwks.get_signing_key_from_jwt(token)
        claims: dict[str, object] = jwt.decode(
            token,
            key,
            algorithms=list(ALGORITHMS),
            audience=self._provider.audience,
            issuer=self._provider.issuer,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            leeway=30,
        )
        return claims


def _unauthorized() -> Problem:
    return Problem(
        401,
        "unauthorized",
        "a valid key is needed: Authorization: Bearer outlay_...; `outlay keys create` makes one",
        headers={"WWW-Authenticate": 'Bearer realm="outlay"'},
    )
