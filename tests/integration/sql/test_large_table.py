"""A table of a million rows streams through: what is held at once is a page, not the table."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.sql.conftest import mysql_base, postgres_base
from tests.support.mysql import MySQL
from tests.support.postgres import Postgres
from tests.support.sql_box import VARIABLE, write_company

ROWS = 1_000_000
ROOT = Path(__file__).resolve().parents[3]
READER = r"""
import re, sys, tempfile
from datetime import date
from pathlib import Path
from outlay.company import read_company
from outlay.sources import open_fetched
from outlay.sources.fetched.protocol import Reading

company = read_company(sys.argv[1])
source = open_fetched(company.sources["src"], company, Path(sys.argv[1]))
with tempfile.TemporaryDirectory() as folder:
    source.factory.chain.begin(Path(folder))
    account = source.connector.describe("all")
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    cents = rows = 0
    for page in source.connector.fetch(account, first, last):
        for row in source.connector.parse(page, account, Reading()):
            cents, rows = cents + row["amount"], rows + 1
    stated = sum(source.connector.control_total(account, first, last).values())
# The peak of this program: what getrusage tells counts the process that started it, too.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text()).group(1)
print(rows, cents, stated, int(peak) // 1024)
"""
COLUMNS = (
    "entry_id varchar(20), journal_id varchar(20), posting_date date, account_id varchar(20), amount numeric(18,2)"
)
SERIES = {
    "postgres": "insert into journal select 'e' || n, 'j' || n / 4, date '2026-01-01' + n % 31, '6100', n / 100.0 "
    f"from generate_series(1, {ROWS}) as series(n)",
    "mysql": "insert into journal with recursive series(n) as (select 1 union all select n + 1 from series "
    f"where n < {ROWS}) select concat('e', n), concat('j', n div 4), date_add('2026-01-01', interval n % 31 day), "
    "'6100', n / 100 from series",
}


@pytest.mark.scale
@pytest.mark.parametrize(
    "kind", [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("mysql", marks=pytest.mark.mysql)]
)
def test_a_million_rows_in_under_500_megabytes(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server: Postgres | MySQL = request.getfixturevalue(kind)
    base = postgres_base(server) if isinstance(server, Postgres) else mysql_base(server)
    limit = [] if kind == "postgres" else [f"set session cte_max_recursion_depth = {ROWS}"]
    if kind == "mysql" and "MariaDB" in server.connect().get_server_info():
        limit = [f"set session max_recursive_iterations = {ROWS}"]
    base.run(f"create table journal ({COLUMNS})", *limit, SERIES[kind])
    write_company(
        tmp_path, 'entity = "ledger_entries"\nstart = 2026-01-01\noptions = { table = "journal" }\ncurrency = "EUR"'
    )
    done = subprocess.run(
        [sys.executable, "-c", READER, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, VARIABLE: base.url, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows, amount, stated, megabytes = done.stdout.split()
    # 0.01 + 0.02 + … + 10,000.00 = 1,000,000 x 1,000,001 / 2 cents
    assert (rows, amount, stated) == ("1000000", "5000005000.00", "5000005000.00")
    assert int(megabytes) < 500
