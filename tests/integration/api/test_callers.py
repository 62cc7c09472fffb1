"""Who gets in, and to what: keys, scopes, rotation."""

from __future__ import annotations

import time
from datetime import timedelta

import httpx
import pytest

from tests.support.api_server import SPEND, ApiServer


def test_keys_belong_to_their_client(server: ApiServer, api: httpx.Client) -> None:
    shared = {"Idempotency-Key": "shared-name"}
    own = api.post("/spend", json=SPEND, headers=shared).json()["record"]["spend_id"]
    with server.client(server.make_key("spend:write", client="somebody else")) as other:
        assert other.post("/spend", json=SPEND, headers=shared).json()["record"]["spend_id"] != own


def test_nobody_gets_in_without_a_valid_key(server: ApiServer, key: str) -> None:
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    expired = server.make_key("admin", valid=timedelta(hours=-1))
    texts = set()
    for headers in ({}, {"Authorization": f"Bearer {wrong}"}, {"Authorization": f"Bearer {expired}"},
                    {"Authorization": "Basic abc"}, {"Authorization": "Bearer x.y.z"}):  # fmt: skip
        for path in ("/budget/current", "/spend", "/nowhere", "/openapi.json"):
            base = server.url if path == "/openapi.json" else f"{server.url}/api/v1/integrations/finance"
            answer = httpx.get(base + path, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            texts.add(answer.json()["detail"])
    assert len(texts) == 1
    assert httpx.get(f"{server.url}/healthz").status_code == 200
    assert httpx.get(f"{server.url}/readyz").json() == {"status": "ok", "problems": []}


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("budget:read", "POST", "/spend", 403),
        ("budget:read", "GET", "/roi", 403),
        ("budget:read", "GET", "/budget/2026-03", 200),
        ("budget:read", "GET", "/audit", 403),
        ("roi:read", "GET", "/budget/2026-03", 403),
        ("roi:read", "GET", "/roi/c-1", 200),
        ("spend:write", "GET", "/spend", 200),
        ("spend:write", "GET", "/budget/2026-03", 403),
        ("admin", "GET", "/audit", 200),
    ],
)
def test_a_key_opens_what_its_scopes_name(server: ApiServer, scope: str, method: str, path: str, status: int) -> None:
    with server.client(server.make_key(scope)) as client:
        answer = client.request(method, path)
        assert answer.status_code == status, answer.text


def test_a_revoked_key_is_refused_and_a_rotated_one_goes_on(server: ApiServer) -> None:
    from tests.support.runs import outlay

    token = server.make_key("roi:read")
    place = {"company": server.company, "data": server.data}
    fresh = (
        outlay("keys", "rotate", token.split("_")[1], "--overlap-hours", "1", **place).output.strip().splitlines()[-1]
    )
    time.sleep(1.2)
    for one in (token, fresh):
        with server.client(one) as client:
            assert client.get("/roi").status_code == 200
    assert outlay("keys", "revoke", fresh.split("_")[1], **place).exit_code == 0
    time.sleep(1.2)
    with server.client(fresh) as client:
        assert client.get("/roi").status_code == 401
