"""The finance API in a process of its own, as `outlay serve` runs it, on a free port; killed when asked to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from outlay.api.callers import REFRESH_SECONDS
from outlay.settings import DataFolder
from outlay.spend_store import SpendStore, migrate
from outlay.spend_store.keys import SCOPES, insert_key, new_key
from outlay.spend_store.writer import Plain
from tests.support.servers import free_port

PREFIX = "/api/v1/integrations/finance"
ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 60.0
SPEND = {"vendor_id": "v-search", "amount": "12.50", "currency": "EUR", "spend_date": "2026-03-14"}


@dataclass
class ApiServer:
    """`url` is the root of the server; `start`, `kill` (as kill -9) and `stop` may follow each other at will."""

    company: Path
    data: Path
    store_url: str
    options: tuple[str, ...] = ("--rate-limit", "none")
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def start(self) -> None:
        """Returns when requests are answered."""
        command = [sys.executable, "-m", "orchestration.cli", "serve", "--port", str(self.port), *self.options]
        place = {
            "OUTLAY_COMPANY": str(self.company),
            "OUTLAY_DATA": str(self.data),
            "OUTLAY_SPEND_STORE": self.store_url,
        }
        with self.log.open("ab") as log:
            variables = {**os.environ, **place, **self.environment}
            self.process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log)
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Asks it to end."""
        self._end(signal.SIGTERM)

    def make_key(self, *scopes: str, client: str = "test", valid: timedelta | None = timedelta(days=1)) -> str:
        """A key, made beside the server; returns when a running one knows it."""
        now = datetime.now(UTC)
        fresh = new_key(client, frozenset(scopes or SCOPES), now - timedelta(days=2), now + valid if valid else None)
        store = SpendStore(self.store_url)
        try:
            store.writer.submit(Plain(lambda transaction: insert_key(transaction, fresh.key, "test"))).result()
        finally:
            store.close()
        if self.process is not None:
            time.sleep(2 * REFRESH_SECONDS)
        return fresh.token

    def client(self, key: str | None, **more: Any) -> httpx.Client:
        """An HTTP client whose addresses begin behind the prefix."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url + PREFIX, headers=headers, timeout=30, **more)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(_PATIENCE)
            self.process = None


@contextmanager
def api_server(folder: Path, store_url: str | None = None, *options: str, **environment: str) -> Iterator[ApiServer]:
    """A running server over the small marts, with a store of its own."""
    from tests.support.api_marts import publish_marts, write_company

    data = folder / "data"
    data.mkdir(parents=True)
    url = store_url or f"sqlite:///{DataFolder(data).spend_store}"
    publish_marts(data)
    migrate(url)
    given = {"options": options} if options else {}
    server = ApiServer(write_company(folder / "company"), data, url, environment=environment, **given)  # type: ignore[arg-type]
    server.start()
    try:
        yield server
    finally:
        server.stop()
