"""A PostgreSQL server of the tests' own, on a free port, in a folder that is gone afterwards."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import as_user, folder_of, free_port, running

OWNER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A running server; `owner` may do everything, `connect` gives a connection of its own in autocommit."""

    port: int

    def url(self, user: str = OWNER, password: str = "", database: str = "postgres") -> str:
        return f"postgresql://{user}{f':{password}' if password else ''}@127.0.0.1:{self.port}/{database}"

    def connect(self, *, autocommit: bool = True) -> Any:
        import psycopg

        return psycopg.connect(self.url(), autocommit=autocommit)


def _program(name: str) -> Path | None:
    found = shutil.which(name)
    if found:
        return Path(found)
    # Debian keeps the server's programs out of the path.
    return next((path for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Skips the test where PostgreSQL is not installed."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with folder_of(OWNER) as folder:
        data, port = folder / "data", free_port()
        # Owner: trusted. Everyone else shows a password.
        made = [initdb, "-D", data, "-U", OWNER, "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **as_user(OWNER))
        rules = data / "pg_hba.conf"
        rules.write_text(f"host all {OWNER} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        options = ["-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        found = Postgres(port)
        # Interrupted, it ends at once; terminated, it waits for everybody to leave.
        with running([server, "-D", data, *options], OWNER, folder, lambda: _answers(found), signal.SIGINT):
            yield found


def _answers(server: Postgres) -> bool:
    import psycopg

    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True
