"""What a database or its driver says when something goes wrong, as one line that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from outlay.sources.fetched.errors import AccessError, FetchError, SecretError
from outlay.sources.sql.dialects import CONNECT_SECONDS

_WRONG_SECRET = "check user and password of the address in {variable}"
_NO_RIGHT = "grant the user the right to read it"
_NO_TABLE = "check table or query in company.toml"
_NO_SERVER = "check host and port of the address in {variable}, and that the server runs and may be reached from here"
_NO_DATABASE = "check the database's name in the address in {variable}"
_LOCKED = "somebody holds the table; run again later"
_NO_VALUE = "turn the value into one that a date or number can be, in a query"
_LOST = "nothing was replaced; run again"

# SQLSTATE, or the first two characters of it; what psycopg raises while it connects has none.
_POSTGRESQL: dict[str, tuple[type[FetchError], str]] = {
    "28": (SecretError, _WRONG_SECRET),
    "3D": (AccessError, _NO_DATABASE),
    "42501": (AccessError, _NO_RIGHT),
    "42P01": (AccessError, _NO_TABLE),
    "3F": (AccessError, _NO_TABLE),
    "42": (FetchError, _NO_TABLE),
    "22": (FetchError, _NO_VALUE),
    "55P03": (FetchError, _LOCKED),
    "57": (FetchError, _LOST),
    "08": (FetchError, _LOST),
    "53": (FetchError, _LOST),
}
_POSTGRESQL_CONNECTING: tuple[tuple[str, type[FetchError], str], ...] = (
    ("password", SecretError, _WRONG_SECRET),
    ("authentication", SecretError, _WRONG_SECRET),
    ("role", SecretError, _WRONG_SECRET),
    ("no pg_hba.conf entry", AccessError, _WRONG_SECRET),
    ("database", AccessError, _NO_DATABASE),
    ("", FetchError, _NO_SERVER),
)
_MYSQL: dict[int, tuple[type[FetchError], str]] = {
    1045: (SecretError, _WRONG_SECRET),
    1698: (SecretError, _WRONG_SECRET),
    1044: (AccessError, _NO_RIGHT),
    1142: (AccessError, _NO_RIGHT),
    1143: (AccessError, _NO_RIGHT),
    1049: (AccessError, _NO_DATABASE),
    1146: (AccessError, _NO_TABLE),
    1054: (FetchError, _NO_TABLE),
    1064: (FetchError, _NO_TABLE),
    1792: (FetchError, _NO_TABLE),
    1205: (FetchError, _LOCKED),
    2003: (FetchError, _NO_SERVER),
    2006: (FetchError, _LOST),
    2013: (FetchError, _LOST),
}


def explained(error: DBAPIError, asked: str, variable: str, scrub: Callable[[str], str]) -> FetchError:
    """The error for people. `asked`: source and database; `variable`: the environment variable with its address."""
    found = error.orig
    if isinstance(found, sqlite3.Error):
        kind, advice, said = _of_sqlite(str(found))
    elif _is_postgresql(found):
        kind, advice, said = _of_postgresql(found)
    else:
        kind, advice, said = _of_mysql(found)
    # libpq says twice that it failed.
    said = said.removeprefix("connection failed: ")
    return kind(scrub(" ".join(f"{asked}: {said}; {advice.format(variable=variable)}".split())))


def is_out_of_reach(error: DBAPIError) -> bool:
    """Whether the server did not answer at all: worth another try."""
    if isinstance(error.orig, sqlite3.Error):
        return False
    if _is_postgresql(error.orig):
        return _of_postgresql(error.orig)[1] == _NO_SERVER
    return _of_mysql(error.orig)[1] == _NO_SERVER


def _is_postgresql(error: object) -> bool:
    return type(error).__module__.partition(".")[0] == "psycopg"


def _of_postgresql(error: object) -> tuple[type[FetchError], str, str]:
    state = getattr(error, "sqlstate", None)
    diagnosis = getattr(error, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or str(error)
    if state:
        kind, advice = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2]) or (FetchError, _NO_TABLE)
        return kind, advice, said
    if type(error).__name__ == "DataError":
        return FetchError, _NO_VALUE, said
    if "connect" not in said:  # a connection that was there
        return FetchError, _LOST, said
    # libpq repeats its words for every address of a host.
    said = said.split("Multiple connection attempts failed")[0].removesuffix("Is the server running")
    shown = said.splitlines()[0].strip()
    reason = shown.lower().rpartition("failed: ")[2]
    return next((kind, advice, shown) for word, kind, advice in _POSTGRESQL_CONNECTING if word in reason)


def _of_mysql(error: object) -> tuple[type[FetchError], str, str]:
    arguments: tuple[object, ...] = getattr(error, "args", ())
    number = arguments[0] if arguments and isinstance(arguments[0], int) else 0
    said = str(arguments[1]) if len(arguments) > 1 else str(error)
    if number == 2003 and "timed out" in said:
        said = f"{said} within {CONNECT_SECONDS} seconds"
    kind, advice = _MYSQL.get(number, (FetchError, _LOST))
    return kind, advice, said


def _of_sqlite(said: str) -> tuple[type[FetchError], str, str]:
    if "unable to open" in said or "not a database" in said:
        return AccessError, "check the path of the address in {variable}", said
    if "locked" in said:
        return FetchError, _LOCKED, said
    if "no such table" in said:
        return AccessError, _NO_TABLE, said
    return FetchError, _NO_TABLE, said
