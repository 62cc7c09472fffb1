"""Bearer tokens of an identity provider: signed by its keys, by the pinned algorithms, for us, in time."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from outlay.api.callers import Caller, Callers, IdentityProvider
from outlay.api.problems import Problem
from outlay.spend_store import SpendStore, migrate

ISSUER, AUDIENCE = "https://idp.example.com/", "outlay"
OURS = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def jwks_url() -> Iterator[str]:
    public = json.loads(RSAAlgorithm.to_jwk(OURS.public_key())) | {"kid": "one", "alg": "RS256", "use": "sig"}
    body = json.dumps({"keys": [public]}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/jwks"
    server.shutdown()
    server.server_close()


def token(key: Any = OURS, algorithm: str = "RS256", **changes: Any) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-1",
        "azp": "erp",
        "iat": now,
        "exp": now + timedelta(minutes=5),
    }
    claims |= {"scope": "openid roi:read spend:write superuser"} | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, key, algorithm=algorithm, headers={"kid": "one"})


def ask(tmp_path: Path, jwks_url: str, bearer: str) -> Caller:
    async def asked() -> Caller:
        address = f"sqlite:///{tmp_path}/spend.sqlite"
        migrate(address)
        store = SpendStore(address)
        callers = Callers(store, lambda: datetime.now(UTC), IdentityProvider(ISSUER, AUDIENCE, jwks_url))
        reading = asyncio.create_task(callers.keep_reading())
        await callers.ready.wait()
        try:
            return await callers.tell(f"Bearer {bearer}")
        finally:
            reading.cancel()
            store.close()

    return asyncio.run(asked())


def test_a_good_token_has_the_scopes_that_we_know(tmp_path: Path, jwks_url: str) -> None:
    caller = ask(tmp_path, jwks_url, token())
    assert (caller.client, caller.key_id) == ("oidc:erp", "oidc:user-1")
    assert caller.scopes == {"roi:read", "spend:write"}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "somebody else"},
        {"iss": "https://evil.example.com/"},
        {"exp": datetime.now(UTC) - timedelta(hours=1)},
        {"exp": None},
        {"sub": None},
        {"key": OTHER},
        {"key": "a secret that is long enough for it", "algorithm": "HS256"},
        {"key": None, "algorithm": "none"},
    ],
)
def test_any_other_token_is_refused(tmp_path: Path, jwks_url: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refused:
        ask(tmp_path, jwks_url, token(**changes))
    assert refused.value.status == 401
