"""Rate, time and transport: a server with tight limits of its own."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.support.api_server import SPEND, ApiServer, api_server


def test_a_burst_is_slowed_down_for_that_key_only(tmp_path: Path) -> None:
    with api_server(tmp_path, None, "--rate-limit", "20/second") as server:
        keys = [server.make_key("budget:read"), server.make_key("budget:read")]
        with server.client(keys[0]) as one, server.client(keys[1]) as other:
            statuses = [one.get("/budget/current") for _ in range(60)]
            limited = [answer for answer in statuses if answer.status_code == 429]
            assert limited
            assert limited[0].headers["content-type"] == "application/problem+json"
            assert other.get("/budget/current").status_code == 200
            time.sleep(int(limited[-1].headers["retry-after"]))
            assert one.get("/budget/current").status_code == 200


def test_a_body_that_never_comes_is_not_waited_for(tmp_path: Path) -> None:
    with api_server(tmp_path, None, "--request-seconds", "0.5") as server:
        key = server.make_key("spend:write")
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
            line.sendall(
                b"POST /api/v1/integrations/finance/spend HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key.encode()
                + b"\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\nContent-Length: 100\r\n\r\n{"
            )  # fmt: skip
            assert line.recv(4096).startswith(b"HTTP/1.1 408")


@pytest.mark.slow
def test_with_a_certificate_it_speaks_https(tmp_path: Path) -> None:
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*made.split(), "-keyout", str(private), "-out", str(certificate)], check=True, capture_output=True)

    trusted = ssl.create_default_context(cafile=certificate)

    class Secure(ApiServer):
        @property
        def url(self) -> str:
            return f"https://127.0.0.1:{self.port}"

        def _answers(self) -> bool:
            try:
                return (
                    httpx.get(f"{self.url}/healthz", verify=ssl.create_default_context(cafile=certificate)).status_code
                    == 200
                )
            except httpx.TransportError:
                return False

    with api_server(tmp_path / "a") as plain:
        plain.stop()
        options = ("--tls-cert", str(certificate), "--tls-key", str(private))
        server = Secure(plain.company, plain.data, plain.store_url, options)
        server.start()
        try:
            with server.client(server.make_key(), verify=trusted) as client:
                answer = client.put("/spend/tls", json=SPEND)
            assert answer.status_code == 201
            assert "strict-transport-security" in answer.headers
        finally:
            server.stop()
