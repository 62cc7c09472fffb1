"""Runs the application by uvicorn: one process, because the store has one writer."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from outlay.api.problems import CONTENT_TYPE, Problem


@dataclass(frozen=True)
class Address:
    """Where the server listens; with both TLS files it speaks HTTPS."""

    host: str = "127.0.0.1"
    port: int = 8000
    certificate: Path | None = None
    private_key: Path | None = None


class _Protocol(HttpToolsProtocol):
    """What is not even HTTP is refused in the same form as everything else."""

    def send_400_response(self, msg: str) -> None:
        body = Problem(400, "bad-request", "this is not a valid HTTP/1.1 request").body("", "")
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: {CONTENT_TYPE}\r\ncontent-length: {len(body)}\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


# Seconds a thread may hold the interpreter while the writer, back from the disk, waits for it.
_SWITCH = 0.005


def server_of(app: ASGIApp, address: Address) -> uvicorn.Server:
    """The server, ready to run."""
    sys.setswitchinterval(_SWITCH)
    config = uvicorn.Config(
        app,
        host=address.host,
        port=address.port,
        ssl_certfile=address.certificate,
        ssl_keyfile=str(address.private_key) if address.private_key else None,
        http=_Protocol,
        ws="none",
        loop="auto",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=20,
        limit_concurrency=1_000,
        backlog=1_024,
    )
    return uvicorn.Server(config)
