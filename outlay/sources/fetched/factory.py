"""Makes the HTTP clients of one source: the same secrets, the same budget, the same address for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from outlay.company import SourceSection
from outlay.sources.fetched.answer import Chain
from outlay.sources.fetched.auth import Auth
from outlay.sources.fetched.bucket import shared_bucket
from outlay.sources.fetched.classify import Classifier, json_verdict
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.secrets import Secrets


def sleep_seconds(seconds: float) -> None:
    """How every wait of a run is slept; tests put something faster here."""
    time.sleep(seconds)


@dataclass
class ClientFactory:
    """What `connect` gets: `factory.secrets["token"]`, and `factory(base_url, classify=..., auth=...)` for a client."""

    section: SourceSection
    secrets: Secrets
    sleep: Callable[[float], None] = field(default_factory=lambda: sleep_seconds)
    clock: Callable[[], float] = time.monotonic
    chain: Chain = field(default_factory=Chain)
    clients: list[Client] = field(default_factory=list)
    closing: list[Callable[[], None]] = field(default_factory=list)  # what else to let go of when all is fetched

    def base_url(self, default: str) -> str:
        """What company.toml says, else the platform's own address."""
        return self.section.base_url or default

    def token_url(self, default: str) -> str:
        """The token endpoint: beside `base_url` (`/oauth2/token`) where company.toml states one."""
        return f"{self.section.base_url}/oauth2/token" if self.section.base_url else default

    def __call__(
        self,
        base_url: str,
        *,
        classify: Classifier = json_verdict,
        auth: Auth | None = None,
        rate: float | None = None,
        capacity: float = 1.0,
        timeout: float = 60.0,
    ) -> Client:
        """A client for `base_url`, unless company.toml names another. `rate`: requests a second per credential."""
        bucket = shared_bucket(self.secrets.fingerprint(), rate, capacity) if rate else None
        client = Client(
            self.base_url(base_url),
            source=self.section.name,
            classify=classify,
            secrets=self.secrets,
            auth=auth,
            bucket=bucket,
            timeout=timeout,
            sleep=self.sleep,
            clock=self.clock,
            random=Random(self.section.name),
            chain=self.chain,
        )
        self.clients.append(client)
        return client

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for let_go in self.closing:
            let_go()
