"""`outlay keys` and `outlay store`: who may call the API, and what it recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from orchestration.command_line import FAILED, CompanyOption, DataOption, console, located, make_or_migrate, refuse
from outlay.settings import Settings

if TYPE_CHECKING:
    from outlay.spend_store import SpendStore

keys_app = typer.Typer(help="Keys of the finance API.", no_args_is_help=True)
store_app = typer.Typer(help="The store of recorded expenditures.", no_args_is_help=True)


@keys_app.command("create")
def create_key(
    client: Annotated[str, typer.Option(help="Whose key it is; keys of one client share its idempotency keys.")],
    scope: Annotated[list[str], typer.Option(help="budget:read, spend:write, roi:read or admin; repeatable.")],
    days: Annotated[int | None, typer.Option(min=1, help="Valid for so many days (default: 365).")] = 365,
    company: CompanyOption = None,
    data: DataOption = None,
) -> None:
    """Make a key. It is shown once: the store keeps its hash only."""
    from outlay.spend_store import StoreError
    from outlay.spend_store.keys import insert_key, new_key
    from outlay.spend_store.writer import Plain

    now = _now()
    try:
        fresh = new_key(client, frozenset(scope), now, now + timedelta(days=days) if days else None)
        with _store(located(company, data)) as store:
            store.writer.submit(Plain(lambda transaction: insert_key(transaction, fresh.key, _by()))).result()
    except StoreError as error:
        refuse(error)
    typer.echo(fresh.token)


@keys_app.command("list")
def list_keys(company: CompanyOption = None, data: DataOption = None) -> None:
    """Every key by its id; none of them can be shown again."""
    from outlay.spend_store import StoreError
    from outlay.spend_store.keys import all_keys

    table = Table("key", "client", "scopes", "made", "expires", "state")
    try:
        with _store(located(company, data)) as store:
            for key in store.read_now(all_keys):
                state = "revoked" if key.revoked_at else "valid" if key.is_valid(_now()) else "expired"
                expires = f"{key.expires_at:%Y-%m-%d}" if key.expires_at else "never"
                table.add_row(
                    key.key_id, key.client, " ".join(sorted(key.scopes)), f"{key.created_at:%Y-%m-%d}", expires, state
                )
    except StoreError as error:
        refuse(error)
    console.print(table)


@keys_app.command("rotate")
def rotate(
    key_id: Annotated[str, typer.Argument(help="The key to replace, by its id.")],
    overlap_hours: Annotated[int, typer.Option(min=0, help="How long the old one goes on.")] = 24,
    days: Annotated[int, typer.Option(min=1, help="How long the new one is valid.")] = 365,
    company: CompanyOption = None,
    data: DataOption = None,
) -> None:
    """Make a key in the place of another, of the same client and scopes; both are valid for a while."""
    from outlay.spend_store import RefusedError, StoreError
    from outlay.spend_store.keys import all_keys, new_key, rotate_key
    from outlay.spend_store.writer import Plain

    now = _now()
    try:
        with _store(located(company, data)) as store:
            old = next((key for key in store.read_now(all_keys) if key.key_id == key_id), None)
            if old is None:
                raise StoreError(f"there is no key {key_id!r}; `outlay keys list` names them")
            fresh = new_key(old.client, old.scopes, now, now + timedelta(days=days))
            overlap = timedelta(hours=overlap_hours)
            job = store.writer.submit(Plain(lambda told: rotate_key(told, key_id, fresh, overlap, _by())))
            job.result()
    except (StoreError, RefusedError) as error:
        refuse(error)
    typer.echo(fresh.token)


@keys_app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="The key to end, by its id.")],
    company: CompanyOption = None,
    data: DataOption = None,
) -> None:
    """End a key; a running server refuses it within a second."""
    from outlay.spend_store import RefusedError, StoreError
    from outlay.spend_store.keys import revoke_key
    from outlay.spend_store.writer import Plain

    try:
        with _store(located(company, data)) as store:
            store.writer.submit(Plain(lambda transaction: revoke_key(transaction, key_id, _now(), _by()))).result()
    except (StoreError, RefusedError) as error:
        refuse(error)
    console.print(f"key {key_id} is revoked", markup=False)


@store_app.command("migrate")
def migrate_store(company: CompanyOption = None, data: DataOption = None) -> None:
    """Make the store, or bring it to this version's schema."""
    from outlay.spend_store import StoreError

    try:
        make_or_migrate(located(company, data).spend_store_url)
    except StoreError as error:
        refuse(error)


@store_app.command("backup")
def backup_store(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    company: CompanyOption = None,
    data: DataOption = None,
) -> None:
    """Write everything to one checked file, while the API goes on; from either engine."""
    from outlay.spend_store import StoreError
    from outlay.spend_store.backup import back_up

    try:
        facts = back_up(located(company, data).spend_store_url, target.expanduser().resolve())
    except StoreError as error:
        refuse(error)
    console.print(f"{target}: {json.dumps(facts.rows)}; the audit log is whole", markup=False)


@store_app.command("restore")
def restore_store(
    backup: Annotated[Path, typer.Argument(help="A file of `outlay store backup`.", exists=True)],
    company: CompanyOption = None,
    data: DataOption = None,
) -> None:
    """Fill a new, empty store from a back-up; to either engine."""
    from outlay.spend_store import StoreError
    from outlay.spend_store.backup import restore

    try:
        facts = restore(backup, located(company, data).spend_store_url)
    except StoreError as error:
        refuse(error)
    console.print(f"restored {json.dumps(facts.rows)}; the audit log is whole", markup=False)


@store_app.command("verify")
def verify_store(company: CompanyOption = None, data: DataOption = None) -> None:
    """Walk the audit log and say whether anything in it was changed."""
    from outlay.spend_store import StoreError
    from outlay.spend_store.backup import inspect

    try:
        facts = inspect(located(company, data).spend_store_url)
    except StoreError as error:
        refuse(error)
    console.print(f"{json.dumps(facts.rows)}; {facts.problem or 'the audit log is whole'}", markup=False)
    raise typer.Exit(FAILED if facts.problem else 0)


@contextmanager
def _store(settings: Settings) -> Iterator[SpendStore]:
    """The store, made where there is none yet."""
    from outlay.spend_store import SpendStore
    from outlay.spend_store.schema import schema_version

    url = settings.spend_store_url
    if schema_version(url) is None:
        make_or_migrate(url)
    store = SpendStore(url)
    try:
        yield store
    finally:
        store.close()


def _by() -> str:
    return f"cli:{getuser()}"


def _now() -> datetime:
    return datetime.now(UTC)
