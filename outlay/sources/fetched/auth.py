"""Ways to say who is asking. Each gives the headers of a request; those with a token renew it when it is refused."""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from outlay.sources.fetched.errors import SecretError
from outlay.sources.fetched.secrets import AnySecret, reveal

# Asks a token endpoint: (url, form fields, headers) -> the JSON object of a success. Raises SecretError, FetchError.
AskToken = Callable[[str, Mapping[str, str], Mapping[str, str]], dict[str, Any]]


class Auth(Protocol):
    """`headers` for one request to `url` (whole, with its query); `refresh` after a refusal."""

    def headers(self, method: str, url: str, ask: AskToken) -> Mapping[str, str]: ...

    def refresh(self) -> bool:
        """Forgets the token in use, if another can be had; False where the credential itself was refused."""


@dataclass
class HeaderToken:
    """A header with the secret as it is: `HeaderToken("developer-token", secrets["developer_token"])`."""

    name: str
    secret: AnySecret = field(repr=False)
    prefix: str = ""

    def headers(self, method: str, url: str, ask: AskToken) -> Mapping[str, str]:
        return {self.name: self.prefix + reveal(self.secret)}

    def refresh(self) -> bool:
        return False


class BearerToken(HeaderToken):
    """`Authorization: Bearer <secret>`."""

    def __init__(self, secret: AnySecret) -> None:
        super().__init__("Authorization", secret, "Bearer ")


@dataclass
class _AccessToken(ABC):
    """A token that a token endpoint gives out against the credential."""

    token_url: str
    client_id: AnySecret = field(repr=False)
    client_secret: AnySecret = field(repr=False)
    basic: bool = field(default=False, kw_only=True)  # the client's name and secret as HTTP Basic, not in the form
    _token: str | None = field(default=None, init=False, repr=False)

    def headers(self, method: str, url: str, ask: AskToken) -> Mapping[str, str]:
        if self._token is None:
            self._token = self._ask(ask)
        return {"Authorization": f"Bearer {self._token}"}

    def refresh(self) -> bool:
        had_one, self._token = self._token is not None, None
        return had_one

    def _ask(self, ask: AskToken) -> str:
        form, headers = dict(self._grant()), {}
        client_id, client_secret = reveal(self.client_id), reveal(self.client_secret)
        if self.basic:
            pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        else:
            form |= {"client_id": client_id, "client_secret": client_secret}
        answer = ask(self.token_url, form, headers)
        self._took(answer)
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise SecretError(f"{self.token_url} answered without access_token")
        return token

    @abstractmethod
    def _grant(self) -> Mapping[str, str]:
        """The fields of the form by which the kind of grant is known."""

    def _took(self, answer: Mapping[str, Any]) -> None:  # noqa: B027 - most grants have no use for the rest
        """Takes over what else the answer says."""


@dataclass
class OAuth2Refresh(_AccessToken):
    """OAuth 2: an access token against a refresh token, renewed when it has expired.

    A refresh token that the platform replaces is used for the rest of the run; the environment keeps the old one.
    """

    refresh_token: AnySecret = field(default="", repr=False)
    _next: str | None = field(default=None, init=False, repr=False)

    def _grant(self) -> Mapping[str, str]:
        return {"grant_type": "refresh_token", "refresh_token": self._next or reveal(self.refresh_token)}

    def _took(self, answer: Mapping[str, Any]) -> None:
        self._next = answer.get("refresh_token") or self._next


@dataclass
class ClientCredentials(_AccessToken):
    """OAuth 2: an access token against the client's own name and secret."""

    scope: str = ""

    def _grant(self) -> Mapping[str, str]:
        return {"grant_type": "client_credentials"} | ({"scope": self.scope} if self.scope else {})


@dataclass
class Together:
    """Several at once: Google wants a bearer token and a developer token."""

    auths: tuple[Auth, ...]

    def headers(self, method: str, url: str, ask: AskToken) -> Mapping[str, str]:
        return {name: value for auth in self.auths for name, value in auth.headers(method, url, ask).items()}

    def refresh(self) -> bool:
        renewed = [auth.refresh() for auth in self.auths]  # every one, hence no generator
        return any(renewed)
