"""Secrets: read from the environment by the names that company.toml states, and kept out of every text."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus

from outlay.sources.fetched.errors import SecretError

# Shorter values are words that texts hold anyway; no platform issues secrets like that.
_SHORTEST = 4
_HIDDEN = "***"


@dataclass(frozen=True)
class Secret:
    """One credential that is read when it is needed, so that what was fetched before can be read without it."""

    source: str
    name: str
    variable: str
    environment: Mapping[str, str] = field(repr=False)

    @property
    def value(self) -> str:
        """Raises SecretError where the environment does not hold it."""
        found = self.environment.get(self.variable, "").strip()
        if not found:
            raise SecretError(
                f"{self.source}: the environment variable {self.variable} is not set; it holds {self.name}, as "
                f"company.toml states under [sources.{self.source}] credentials"
            )
        return found

    @property
    def is_set(self) -> bool:
        return bool(self.environment.get(self.variable, "").strip())


# What takes a credential takes a text too, for tests and for values that are no secret.
AnySecret = Secret | str


def reveal(secret: AnySecret) -> str:
    """The value of a credential."""
    return secret if isinstance(secret, str) else secret.value


class Secrets(Mapping[str, Secret]):
    """The credentials of one source by the connector's names for them; `name in secrets` tells an optional one."""

    def __init__(self, source: str, variables: Mapping[str, str], environment: Mapping[str, str] | None = None) -> None:
        self.source = source
        environment = os.environ if environment is None else environment
        self._secrets = {name: Secret(source, name, variable, environment) for name, variable in variables.items()}
        self._learned: set[str] = set()

    def __getitem__(self, name: str) -> Secret:
        try:
            return self._secrets[name]
        except KeyError:
            raise SecretError(
                f"{self.source}: company.toml names no environment variable for {name}; state it under "
                f"[sources.{self.source}] credentials"
            ) from None

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._secrets)

    def __len__(self) -> int:
        return len(self._secrets)

    def __contains__(self, name: object) -> bool:
        return name in self._secrets

    def variables(self) -> list[str]:
        """The names of the environment variables, for an error text."""
        return sorted({secret.variable for secret in self._secrets.values()})

    def check(self) -> None:
        """Raises SecretError for the first credential that the environment does not hold."""
        for secret in self._secrets.values():
            reveal(secret)

    def learn(self, value: str) -> None:
        """A secret that came over the network, such as an access token: hidden from texts like the others."""
        self._learned.add(value)

    def scrub(self, text: str) -> str:
        """`text` without any secret, whichever way it is written there."""
        for value in sorted(self._known(), key=len, reverse=True):
            text = text.replace(value, _HIDDEN)
        return text

    def fingerprint(self) -> str:
        """The same for two sources that use the same credentials; says nothing about them."""
        values = {name: secret.value for name, secret in self._secrets.items() if secret.is_set}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    def _known(self) -> set[str]:
        plain = {secret.value for secret in self._secrets.values() if secret.is_set} | self._learned
        plain = {value for value in plain if len(value) >= _SHORTEST}
        written = {
            form for value in plain for form in (quote(value, safe=""), quote_plus(value), json.dumps(value)[1:-1])
        }
        return plain | written | {base64.b64encode(value.encode()).decode().rstrip("=") for value in plain}
