"""OAuth 1.0a with HMAC-SHA256, as NetSuite's token-based authentication asks of every single request."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth1 import ClientAuth
from authlib.oauth1.rfc5849.signature import generate_signature_base_string
from authlib.oauth1.rfc5849.util import escape

from outlay.sources.fetched.auth import AskToken
from outlay.sources.fetched.secrets import AnySecret, reveal

_METHOD = "HMAC-SHA256"


def _sign(client: Any, request: Any) -> str:
    key = f"{escape(client.client_secret or '')}&{escape(client.token_secret or '')}"
    text = generate_signature_base_string(request)
    return b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


ClientAuth.register_signature_method(_METHOD, _sign)


@dataclass
class OAuth1:
    """Signs each request anew: nonce and time stamp belong to one request and are never used twice.

    A JSON body is not part of an OAuth 1 signature, so bodies of any size are signed alike.
    """

    realm: str
    consumer_key: AnySecret = field(repr=False)
    consumer_secret: AnySecret = field(repr=False)
    token_id: AnySecret = field(repr=False)
    token_secret: AnySecret = field(repr=False)

    def headers(self, method: str, url: str, ask: AskToken) -> Mapping[str, str]:
        client = ClientAuth(
            reveal(self.consumer_key),
            reveal(self.consumer_secret),
            token=reveal(self.token_id),
            token_secret=reveal(self.token_secret),
            signature_method=_METHOD,
            realm=self.realm,
        )
        _, signed, _ = client.sign(method, url, {}, b"")
        return {"Authorization": signed["Authorization"]}

    def refresh(self) -> bool:
        """There is nothing to renew: a token of this kind holds until somebody revokes it."""
        return False
