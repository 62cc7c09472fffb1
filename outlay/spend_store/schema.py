"""The versioned schema: Alembic's migrations, run for either engine."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from outlay.spend_store.records import StoreError
from outlay.spend_store.sessions import connect, is_sqlite, sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest migration; the store is read and written at this version only.
CURRENT = "0001"


def migrate(url: str) -> str | None:
    """Brings the store at `url` to the current schema, making it where there is none; the version it had before.

    Raises StoreError where it cannot be reached.
    """
    import sqlalchemy
    from alembic import command
    from alembic.config import Config

    before = schema_version(url)
    if is_sqlite(url):
        sqlite_path(url).parent.mkdir(parents=True, exist_ok=True)
    address = url if is_sqlite(url) else "postgresql+psycopg://" + url.split("://", 1)[1]
    engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sqlalchemy.exc.OperationalError as error:
        raise StoreError(f"the spend store cannot be migrated: {error.orig}") from error
    return before


def schema_version(url: str) -> str | None:
    """The migration the store is at; None where there is no store yet. Raises StoreError."""
    import psycopg

    if is_sqlite(url) and not sqlite_path(url).is_file():
        return None
    session = connect(url)
    try:
        rows = session.execute("select version_num from alembic_version")
    except (sqlite3.OperationalError, psycopg.errors.UndefinedTable):
        return None
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{sqlite_path(url)}: not a spend store ({error})") from error
    finally:
        session.close()
    return str(rows[0][0]) if rows else None


def require_current_schema(url: str) -> None:
    """Raises StoreError, saying what to do, unless the store at `url` has the current schema."""
    version = schema_version(url)
    if version is None:
        raise StoreError("there is no spend store yet; `outlay store migrate` makes one")
    if version != CURRENT:
        raise StoreError(f"the spend store is at schema {version}, expected {CURRENT}; run `outlay store migrate`")
