"""Whatever the csv module writes comes back cell by cell, whether DuckDB can read the file or not."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outlay.sources.files.delimited import read_delimited
from outlay.sources.files.piles import Pile
from outlay.sources.files.tables import Table
from tests.unit.landing.drop_box import drop_box, spend_file, spend_row

WANTED = [["platform"], ["campaign_id"]]
HEADINGS = ("platform", "campaign_id", "name")
cells = st.text(alphabet="ab1 ,;\"\n\t'|é\u00a0", max_size=8)


def read(content: bytes, folder: Path) -> Table | None:
    path = folder / "a.csv"
    path.write_bytes(content)
    return read_delimited(path, "a.csv", WANTED, "utf-8", None, folder)


def cells_of(table: Table) -> list[tuple[str, ...]]:
    """The trimmed cells of each record that is not blank."""
    with duckdb.connect() as connection, Pile(connection, len(table.headings)) as pile:
        pile.add(1, table)
        columns = ", ".join(f"coalesce(c{at}, '')" for at in range(len(table.headings)))
        rows = connection.execute(f"select {columns} from {pile.sql} order by _row").fetchall()
    return [row for row in (tuple(cell.strip() for cell in row) for row in rows) if any(row)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_the_csv_module_writes_is_read(
    tmp_path: Path, rows: list[tuple[str, ...]], delimiter: str, line_end: str, quoting: int
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([HEADINGS, *rows])
    table = read(text.getvalue().encode(), tmp_path)
    assert table is not None
    assert table.headings == HEADINGS
    expected = [row for row in (tuple(cell.strip() for cell in row) for row in rows) if any(row)]
    assert cells_of(table) == expected


def test_a_clean_file_is_left_to_duckdb(tmp_path: Path) -> None:
    table = read(b"Report\nplatform,campaign_id,name\ng,1,a\ng,2,b\n", tmp_path)
    assert table is not None
    assert (table.rows, "read_csv" in table.sql, "skip = 2" in table.sql) == (2, True, True)


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_loses_no_row_without_a_word(tmp_path: Path, seed: int) -> None:
    """Bytes are overwritten at random; what does not land is quarantined, and no line is swallowed by its neighbour."""
    chance = random.Random(seed)
    lines = [spend_row(f"c{number}", spend="1.00") for number in range(300)]
    content = bytearray(spend_file(*lines).encode())
    start = content.index(b"\n") + 1
    for _ in range(40):
        content[chance.randrange(start, len(content) - 1)] = chance.choice(b'",;\xff\x00x')
    damaged = bytes(content)
    box = drop_box(tmp_path)
    box.put("a.csv", damaged)
    report = box.land()
    assert report.rows_read == report.rows_landed + report.rows_quarantined
    delivered = len([line for line in damaged.split(b"\n")[1:] if line.strip()])
    assert report.rows_read == delivered
    assert report.rows_landed >= 300 - 40 * 2
