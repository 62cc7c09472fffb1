"""What a server refuses is one line that says what to do, without the password, and replaces nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outlay.sources.fetched.errors import AccessError, FetchError, SecretError
from tests.integration.sql.conftest import mysql_base, postgres_base
from tests.support.mysql import MySQL
from tests.support.postgres import Postgres
from tests.support.servers import free_port
from tests.support.sql_box import VARIABLE, SqlBox, sql_box

PASSWORD = "canary/se:cret@1"
QUOTED = "canary%2Fse%3Acret%401"
AS_OF = date(2026, 1, 31)
SOURCE = 'entity = "vendors"\noptions = {{ table = "{table}" }}\ncurrency = "EUR"'


@pytest.fixture(
    params=[pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("mysql", marks=pytest.mark.mysql)]
)
def box(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SqlBox:
    """A company that reads as a user who may read `vendors` and nothing else."""
    server: Postgres | MySQL = request.getfixturevalue(request.param)
    base = postgres_base(server) if isinstance(server, Postgres) else mysql_base(server)
    base.run(
        "create table vendors (vendor_id varchar(9), name varchar(9))",
        "create table secrets (vendor_id varchar(9), name varchar(9))",
        "insert into vendors values ('v1', 'One')",
    )
    database = base.url.rpartition("/")[2]
    if base.kind == "postgres":
        base.run(
            f"create role reader_of_{database} login password '{PASSWORD}'",
            f"grant select on vendors to reader_of_{database}",
        )
    else:
        base.run(
            f"create user reader_of_{database}@'127.0.0.1' identified by '{PASSWORD}'",
            f"grant select on {database}.vendors to reader_of_{database}@'127.0.0.1'",
        )
    base.url = server.url(f"reader_of_{database}", QUOTED, database)
    return sql_box(tmp_path, base, monkeypatch, SOURCE.format(table="vendors"))


def told(box: SqlBox, kind: type[FetchError]) -> str:
    with pytest.raises(FetchError) as caught:
        box.refresh(AS_OF)
    text = str(caught.value)
    assert type(caught.value) is kind, text
    assert "\n" not in text
    assert text.startswith("src: ")
    assert not any(secret in text for secret in (PASSWORD, QUOTED, "canary"))
    assert not list(box.landing.rglob("*.zip"))
    return text


def test_the_reader_may_read_and_no_file_holds_the_password(box: SqlBox) -> None:
    box.run(AS_OF)
    assert box.rows("vendor_id, currency") == [("v1", "EUR")]
    assert not [path for path in box.landing.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]


def test_a_wrong_password(box: SqlBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, box.base.url.replace(QUOTED, "canary-wrong"))
    assert told(box, SecretError).endswith(f"check user and password of the address in {VARIABLE}")


def test_a_table_that_may_not_be_read(box: SqlBox) -> None:
    box.state(SOURCE.format(table="secrets"))
    assert "denied" in told(box, AccessError)


def test_a_table_that_is_not_there(box: SqlBox, monkeypatch: pytest.MonkeyPatch) -> None:
    box.state(SOURCE.format(table="vendor"))
    if box.base.kind == "mysql":
        # Who may read one table is not told which others exist.
        assert "vendor" in told(box, AccessError)
        return
    assert told(box, AccessError).endswith('relation "vendor" does not exist; check table or query in company.toml')


def test_a_database_that_is_not_there(box: SqlBox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, box.base.url + "_gone")
    assert "_gone" in told(box, AccessError)


def test_nobody_answers(box: SqlBox, monkeypatch: pytest.MonkeyPatch) -> None:
    port = box.base.url.rpartition("/")[0].rpartition(":")[2]
    closed = free_port()
    monkeypatch.setenv(VARIABLE, box.base.url.replace(f":{port}/", f":{closed}/"))
    text = told(box, FetchError)
    assert f"127.0.0.1:{closed}" in text
    advice = f"check host and port of the address in {VARIABLE}, and that the server runs and may be reached from here"
    assert text.endswith(advice)


def test_a_column_that_is_not_there_and_a_query_that_is_none(box: SqlBox) -> None:
    box.state('entity = "vendors"\noptions = { query = "select nam from vendors" }')
    assert "nam" in told(box, FetchError)
    box.state('entity = "vendors"\noptions = { query = "selec name from vendors" }')
    assert "syntax" in told(box, FetchError)


def test_the_transaction_reads_only(box: SqlBox) -> None:
    if box.base.kind == "mysql":
        pytest.skip("MySQL takes no writing statement for a table")
    reader = box.base.url.partition("//")[2].partition(":")[0]
    box.base.run(f"grant insert, delete on vendors to {reader}")
    query = "with gone as (delete from vendors returning *) select * from gone"
    box.state(f'entity = "vendors"\noptions = {{ query = "{query}" }}')
    told(box, FetchError)
