"""The keys of the API: 256 random bits each, of which the store keeps a SHA-256 and never the key itself.

At that entropy nobody guesses a key from its hash, so a slow password hash would cost every request and gain nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from outlay.spend_store.audit import Entry
from outlay.spend_store.records import StoreError
from outlay.spend_store.sessions import Session
from outlay.spend_store.writer import RefusedError, Transaction

SCOPES = ("budget:read", "spend:write", "roi:read", "admin")
PREFIX = "outlay"
_KEY = re.compile(rf"{PREFIX}_([0-9a-f]{{12}})_([A-Za-z0-9_-]{{43}})")
_COLUMNS = "key_id, client, secret_sha256, scopes, created_at, expires_at, revoked_at, replaces_key_id"


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key. A client may have several; the keys of a client share its idempotency keys."""

    key_id: str
    client: str
    secret_sha256: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    replaces_key_id: str | None = None

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def opens(self, secret: str) -> bool:
        """Whether `secret` is this key's, compared in constant time."""
        return hmac.compare_digest(self.secret_sha256, _sha256(secret))


@dataclass(frozen=True)
class NewKey:
    """A key that was just made: `token` is shown once and kept nowhere."""

    key: ApiKey
    token: str


def split_token(token: str) -> tuple[str, str] | None:
    """Key id and secret of a token of our form; None for anything else."""
    found = _KEY.fullmatch(token)
    return (found[1], found[2]) if found else None


def new_key(client: str, scopes: frozenset[str], now: datetime, expires_at: datetime | None) -> NewKey:
    """A fresh key of `client`. Raises StoreError for a scope or a client's name that cannot be."""
    unknown = sorted(scopes - set(SCOPES))
    if unknown or not scopes:
        raise StoreError(f"unknown scope {', '.join(unknown) or '(none)'}; expected some of {', '.join(SCOPES)}")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}", client):
        raise StoreError("a client's name has 1 to 64 letters, digits, spaces and . _ @ -, a letter or digit first")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    key = ApiKey(key_id, client, _sha256(secret), scopes, now, expires_at, None)
    return NewKey(key, f"{PREFIX}_{key_id}_{secret}")


def insert_key(transaction: Transaction, key: ApiKey, by: str) -> None:
    """Writes the key and tells the audit log."""
    transaction.session.execute(
        f"insert into api_keys ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            key.key_id,
            key.client,
            key.secret_sha256,
            " ".join(sorted(key.scopes)),
            key.created_at.isoformat(),
            key.expires_at.isoformat() if key.expires_at else None,
            None,
            key.replaces_key_id,
        ],
    )
    transaction.tell(_entry("key.create", key.key_id, key.client, by, key.created_at))


def rotate_key(transaction: Transaction, key_id: str, fresh: NewKey, overlap: timedelta, by: str) -> ApiKey:
    """Writes `fresh` in the place of `key_id`, which goes on for `overlap`; what becomes of the old one.

    Raises RefusedError where the old key is unknown or not valid any more.
    """
    now = fresh.key.created_at
    old = _valid(transaction.session, key_id, now)
    ends = now + overlap
    until = min(ends, old.expires_at) if old.expires_at else ends
    transaction.session.execute("update api_keys set expires_at = ? where key_id = ?", [until.isoformat(), key_id])
    insert_key(transaction, fresh.key, by)
    transaction.tell(_entry("key.rotate", key_id, old.client, by, now))
    return ApiKey(**{**vars(old), "expires_at": until})


def revoke_key(transaction: Transaction, key_id: str, now: datetime, by: str) -> None:
    """Ends the key at once. Raises RefusedError where it is unknown or not valid any more."""
    old = _valid(transaction.session, key_id, now)
    transaction.session.execute("update api_keys set revoked_at = ? where key_id = ?", [now.isoformat(), key_id])
    transaction.tell(_entry("key.revoke", key_id, old.client, by, now))


def all_keys(session: Session) -> list[ApiKey]:
    """Every key that was ever made, the oldest first."""
    return [
        ApiKey(
            key_id,
            client,
            secret_sha256,
            frozenset(scopes.split()),
            datetime.fromisoformat(created_at),
            datetime.fromisoformat(expires_at) if expires_at else None,
            datetime.fromisoformat(revoked_at) if revoked_at else None,
            replaces,
        )
        for key_id, client, secret_sha256, scopes, created_at, expires_at, revoked_at, replaces in session.execute(
            f"select {_COLUMNS} from api_keys order by created_at, key_id"
        )
    ]


def _valid(session: Session, key_id: str, now: datetime) -> ApiKey:
    found = next((key for key in all_keys(session) if key.key_id == key_id), None)
    if found is None:
        raise RefusedError(f"there is no key {key_id!r}; `outlay keys list` names them")
    if not found.is_valid(now):
        raise RefusedError(f"key {key_id} is not valid any more")
    return found


def _entry(action: str, key_id: str, client: str, by: str, at: datetime) -> Entry:
    return Entry(at.isoformat(), client, by, action, key_id, "", "", "done")


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
