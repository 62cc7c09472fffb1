"""What docs/bi.md promises, tried on a published company: every statement, the snippet, the workbook, the notes."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.e2e.conftest import Place
from tests.support.runs import ROOT, status

pytestmark = pytest.mark.slow
TEXT = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"```sql\n(.*?)```", TEXT, flags=re.DOTALL)
(SNIPPET,) = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


@pytest.fixture(scope="module")
def database(ran_at_once: Place) -> str:
    return str(status(ran_at_once.data)["published"]["database"])


def test_there_are_ten_questions_and_a_last_one() -> None:
    assert len(STATEMENTS) == 11
    assert re.findall(r"^\*\*(\d+)\.", TEXT, flags=re.MULTILINE) == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.split("\n")[0][:40])
def test_every_statement_runs(database: str, statement: str) -> None:
    with duckdb.connect(database, read_only=True) as connection:
        rows = connection.execute(statement).fetchall()
        names = [column[0] for column in connection.description]
    assert len(names) > 2
    # Twelve days of the sample: no overspending to alert of, perhaps, but of all else there is something.
    assert rows or "alert" in names


def test_the_snippet_reads_all_spend(ran_at_once: Place, database: str) -> None:
    found: dict[str, object] = {}
    exec(SNIPPET.replace("data/my-company/published", f"{ran_at_once.data}/published"), found)
    with duckdb.connect(database, read_only=True) as connection:
        ((rows,),) = connection.execute("select count(*) from marts.spend_daily").fetchall()
    assert len(found["spend"]) == rows > 0  # type: ignore[arg-type]


def test_every_column_carries_its_meaning(database: str) -> None:
    with duckdb.connect(database, read_only=True) as connection:
        silent = connection.execute(
            "select table_name || '.' || column_name from duckdb_columns() "
            "where schema_name = 'marts' and comment is null and table_name <> 'restatements'"
        ).fetchall()
    assert silent == []


def test_the_workbook_holds_the_published_figures(ran_at_once: Place, database: str, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    told = ran_at_once.outlay("export", "--excel", str(path))
    assert told.exit_code == 0, told.output
    book = openpyxl.load_workbook(path, read_only=True)
    head, *rows = book["spend_daily"].iter_rows(values_only=True)
    at = head.index("amount")
    with duckdb.connect(database, read_only=True) as connection:
        ((total,),) = connection.execute("select sum(amount) from marts.spend_daily").fetchall()
    assert sum(Decimal(str(row[at])) for row in rows) == total
    gates = [row[0] for row in book["About"].iter_rows(values_only=True)]
    assert {"landed", "marts"} <= {*gates}
