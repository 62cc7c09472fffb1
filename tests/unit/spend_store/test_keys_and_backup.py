"""Keys are kept as hashes; a back-up holds everything, is checked, and fills either engine."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outlay.currencies import from_minor, minor_digits, to_minor
from outlay.spend_store import RefusedError, SpendStore, StoreError
from outlay.spend_store.backup import back_up, inspect, restore
from outlay.spend_store.keys import ApiKey, all_keys, insert_key, new_key, revoke_key, rotate_key, split_token
from outlay.spend_store.writer import Plain
from tests.support.leaks import secrets_in
from tests.unit.spend_store.test_booking import booking, order, record

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
ROI = frozenset({"roi:read"})


def keys(store: SpendStore) -> dict[str, ApiKey]:
    return {key.key_id: key for key in store.read_now(all_keys)}


def test_a_key_has_256_bits_and_is_kept_as_a_hash(store: SpendStore, url: str, tmp_path: Path) -> None:
    fresh = new_key("erp", ROI, NOW, None)
    store.writer.submit(Plain(lambda transaction: insert_key(transaction, fresh.key, "test"))).result()
    key_id, secret = split_token(fresh.token) or ("", "")
    assert len(secret) * 6 >= 256
    kept = keys(store)[key_id]
    assert kept.opens(secret)
    assert not kept.opens(secret[:-1] + "-")
    store.close()
    if url.startswith("sqlite"):
        assert secrets_in(tmp_path, [secret, fresh.token]) == []


def test_a_key_ends_by_time_by_rotation_and_by_revocation(store: SpendStore) -> None:
    old = new_key("erp", ROI, NOW, NOW + timedelta(days=30))
    fresh = new_key("erp", ROI, NOW, NOW + timedelta(days=30))
    store.writer.submit(Plain(lambda transaction: insert_key(transaction, old.key, "test"))).result()
    overlap = timedelta(hours=24)
    rotated = Plain(lambda transaction: rotate_key(transaction, old.key.key_id, fresh, overlap, "test"))
    assert store.writer.submit(rotated).result().expires_at == NOW + overlap
    known = keys(store)
    before, after = NOW + timedelta(hours=23), NOW + timedelta(hours=25)
    assert [known[one.key.key_id].is_valid(before) for one in (old, fresh)] == [True, True]
    assert [known[one.key.key_id].is_valid(after) for one in (old, fresh)] == [False, True]
    revoked = Plain(lambda transaction: revoke_key(transaction, fresh.key.key_id, after, "test"))
    store.writer.submit(revoked).result()
    assert not keys(store)[fresh.key.key_id].is_valid(after)
    with pytest.raises(RefusedError, match="not valid"):
        store.writer.submit(revoked).result()


@pytest.mark.parametrize(("client", "scopes"), [("erp", {"roi:write"}), ("erp", set()), ("", ROI), ("a\nb", ROI)])
def test_what_is_no_client_or_scope_makes_no_key(client: str, scopes: set[str]) -> None:
    with pytest.raises(StoreError):
        new_key(client, frozenset(scopes), NOW, None)


def test_a_backup_holds_everything_and_fills_an_empty_store_only(store: SpendStore, url: str, tmp_path: Path) -> None:
    for number in range(5):
        store.book_now(order(f"k{number}"), booking(record(f"s{number}")))
    target = tmp_path / "backup.sqlite"
    facts = back_up(url, target)
    assert facts.rows == {"spend_records": 5, "idempotency_keys": 5, "audit_entries": 5, "api_keys": 0}
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
    with pytest.raises(StoreError, match="exists already"):
        back_up(url, target)
    with pytest.raises(StoreError, match="not empty"):
        restore(target, url)

    fresh = f"sqlite:///{tmp_path}/restored/spend.sqlite"
    assert restore(target, fresh) == facts
    again = SpendStore(fresh)
    assert again.book_now(order("k3"), booking(record("other"))).replayed
    assert not again.book_now(order("new"), booking(record("s5"))).replayed
    again.close()
    assert inspect(fresh).problem is None


@pytest.mark.postgres
def test_a_file_moves_to_a_server_and_goes_on_there(postgres: object, tmp_path: Path) -> None:
    from outlay.spend_store import migrate
    from tests.support.postgres import Postgres

    assert isinstance(postgres, Postgres)
    file = f"sqlite:///{tmp_path}/spend.sqlite"
    migrate(file)
    store = SpendStore(file)
    store.book_now(order("k0"), booking(record("s0")))
    store.close()
    back_up(file, tmp_path / "backup.sqlite")
    with postgres.connect() as connection:
        connection.execute("create database moved")
    url = postgres.url(database="moved")
    restore(tmp_path / "backup.sqlite", url)
    moved = SpendStore(url)
    assert moved.book_now(order("k0"), booking(record("x"))).replayed
    assert not moved.book_now(order("k1"), booking(record("s1"))).replayed
    moved.close()
    assert inspect(url).problem is None


def test_a_backup_that_was_tampered_with_is_refused(store: SpendStore, url: str, tmp_path: Path) -> None:
    store.book_now(order("k0"), booking(record("s0")))
    target = tmp_path / "backup.sqlite"
    back_up(url, target)
    with sqlite3.connect(target) as connection:
        connection.execute("drop trigger audit_entries_no_delete")
        connection.execute("delete from audit_entries")
        connection.execute("insert into audit_entries values (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')")
    connection.close()
    with pytest.raises(StoreError, match="audit row 1"):
        restore(target, f"sqlite:///{tmp_path}/other.sqlite")


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("12.50", "EUR", 1250),
        ("12", "JPY", 12),
        ("1.234", "KWD", 1234),
        ("0.0001", "CLF", 1),
        ("999999999999.99", "USD", 99999999999999),
    ],
)
def test_money_is_whole_minor_units_of_its_currency(amount: str, currency: str, units: int) -> None:
    from decimal import Decimal

    assert to_minor(Decimal(amount), currency) == units
    assert from_minor(units, currency) == Decimal(amount)
    with pytest.raises(ValueError, match="decimals"):
        to_minor(Decimal(1).scaleb(-minor_digits(currency) - 1), currency)
