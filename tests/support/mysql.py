"""A MariaDB (or MySQL) server of the tests' own, on a free port, in a folder that is gone afterwards."""

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

OWNER = "mysql"
ADMIN = "outlay_admin"
DATABASE = "ledger"


@dataclass(frozen=True)
class MySQL:
    """A running server with the database `ledger`; `connect` gives an administrator's connection in autocommit."""

    port: int

    def url(self, user: str = ADMIN, password: str = "", database: str = DATABASE) -> str:
        return f"mysql://{user}{f':{password}' if password else ''}@127.0.0.1:{self.port}/{database}"

    def connect(self, *, autocommit: bool = True, database: str | None = DATABASE) -> Any:
        import pymysql

        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=ADMIN, database=database, autocommit=autocommit, charset="utf8mb4"
        )


@contextmanager
def mysql_server() -> Iterator[MySQL]:
    """Skips the test where neither MariaDB nor MySQL is installed."""
    server = next((found for name in ("mariadbd", "mysqld") if (found := _program(name))), None)
    if server is None:
        pytest.skip("neither MariaDB nor MySQL is installed (apt-get install mariadb-server)")
    with folder_of(OWNER) as folder:
        data, port = folder / "data", free_port()
        _install(server, data, folder)
        start = folder / "start.sql"
        start.write_text(
            f"create user {ADMIN}@'127.0.0.1' identified by '';\ngrant all on *.* to {ADMIN}@'127.0.0.1' "
            f"with grant option;\ncreate database {DATABASE} character set utf8mb4;\n"
        )
        start.chmod(0o644)
        options = [
            "--no-defaults",
            f"--datadir={data}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder}/s",
            f"--pid-file={folder}/pid",
            f"--init-file={start}",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-name-resolve",
        ]
        found = MySQL(port)
        with running([server, *options], OWNER, folder, lambda: _answers(found), signal.SIGTERM):
            yield found


def _program(name: str) -> str | None:
    return shutil.which(name) or next((str(path) for path in [Path("/usr/sbin", name)] if path.exists()), None)


def _install(server: str, data: Path, folder: Path) -> None:
    maker = shutil.which("mariadb-install-db")
    if maker:
        command = [maker, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    else:
        command = [server, "--no-defaults", "--initialize-insecure", f"--datadir={data}"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, **as_user(OWNER))


def _answers(server: MySQL) -> bool:
    import pymysql

    try:
        server.connect(database=None).close()
    except pymysql.OperationalError:
        return False
    return True
