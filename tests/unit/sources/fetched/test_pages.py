"""Rows of many pages: typed together, each known by its own page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from outlay.company import read_company
from outlay.entities import ENTITIES
from outlay.landing.run import working_connection
from outlay.sources.base import PARSED_TABLE, Mark, Parsed
from outlay.sources.fetched import parse
from outlay.sources.fetched.parse import FetchedParser
from outlay.sources.fetched.protocol import Account, RawPage
from outlay.sources.fetched.rows import table
from outlay.sources.fetched.spool import Spool
from tests.unit.sources.fetched.test_judged import DAY, Handed, spend

NAME = "412/2026-01"


class Paged(Handed):
    """Gives the campaigns that stand in a page; a text where an amount should be is none."""

    def parse(self, page: RawPage, account: Account, reading: Any) -> Any:
        for campaign in json.loads(page.body.read_text()):
            yield spend(campaign, "1") | ({"spend": "one"} if campaign == "bad" else {})


def landed(tmp_path: Path, pages: list[list[str]]) -> tuple[Parsed, list[tuple[Any, ...]]]:
    (tmp_path / "company.toml").write_text(
        '[company]\nname = "x"\ncurrency = "EUR"\n[sources.tested]\nkind = "google_ads"\nentity = "platform_spend"\n'
    )
    company = read_company(tmp_path)
    spool = Spool(tmp_path / "spool")
    with spool.work() as work:
        bodies = [work / f"{number}.json" for number in range(len(pages))]
        for body, page in zip(bodies, pages, strict=True):
            body.write_text(json.dumps(page))
        spool.swap_in(NAME, Account("412"), (DAY, DAY), 1, [RawPage("q", body) for body in bodies], None, work)
    with working_connection(tmp_path) as connection:
        parser = FetchedParser(
            company.sources["tested"], company, Paged("platform_spend", [], None), connection, tmp_path
        )
        [parsed] = parser.parse(iter([(Mark(NAME, "abc", 5), spool.path(NAME))]))
        query = f"select _row, _file, campaign_id from {PARSED_TABLE} order by _row"
        return parsed, connection.execute(query).fetchall()


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 100])
def test_every_row_is_known_by_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(parse, "_CHUNK_ROWS", chunk)
    pages = [["a", "b", "c"], [], ["d"], ["a long name of a campaign"], ["e", "f", "g", "h"]]
    parsed, rows = landed(tmp_path, pages)
    expected = [(f"{NAME}:{number:04d}-rows.json", one) for number, page in enumerate(pages, 1) for one in page]
    assert rows == [(number, *one) for number, one in enumerate(expected, 1)]
    assert parsed.complete


def test_an_error_names_the_page_where_it_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parse, "_CHUNK_ROWS", 2)
    parsed, rows = landed(tmp_path, [["a", "b"], ["c", "bad"]])
    assert parsed.problems[0].message.startswith(
        f"{NAME}:0002-rows.json cannot be read (ValueError: spend does not fit"
    )
    assert rows == []
    parsed, _ = landed(tmp_path, [["a"], ["bad"]])
    assert parsed.problems[0].message.startswith(f"{NAME} cannot be read (ValueError: spend does not fit")


def column(name: str, *values: Any) -> list[Any]:
    rows: list[Any] = [{name: value} for value in values]
    entity = ENTITIES["conversions" if name in ("converted_at", "revenue") else "platform_spend"]
    return list(table(rows, [("file", len(rows))], entity, "tested", 1).column(name).to_pylist())


def test_amounts_are_stored_to_their_places() -> None:
    amounts = ("99.99999999999996", "-2E-18", "1E+3", "0.00005", "0.00015", "-12.5", "99999999999999.9999")
    assert column("revenue", *map(Decimal, amounts), None) == [
        Decimal(one) for one in ("100", "0", "1000", "0", "0.0002", "-12.5", "99999999999999.9999")
    ] + [None]
    assert column("revenue", 7, Decimal("1.5")) == [Decimal(7), Decimal("1.5")]


@pytest.mark.parametrize("value", [1.5, "1.5x", Decimal("100000000000000"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_exact_amount_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="revenue does not fit DECIMAL"):
        column("revenue", Decimal(1), value)


def test_moments_are_stored_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    moment = datetime(2026, 1, 31, 23, 30, 1, 5, tzinfo=UTC)
    assert column("converted_at", moment, moment.astimezone(berlin), None) == [moment.replace(tzinfo=None)] * 2 + [None]
    with pytest.raises(ValueError, match=r"converted_at does not fit TIMESTAMP: .* states no offset"):
        column("converted_at", moment.replace(tzinfo=None))


def test_the_columns_are_those_of_the_entity() -> None:
    found = table([{"platform": "p"}], [("f", 1)], ENTITIES["platform_spend"], "tested", 9)
    assert found.column_names[:3] == ["_row", "_file", "_row_key"]
    assert found.column("_row").to_pylist() == [9]
    assert found.schema.field("spend").type == pa.decimal128(18, 4)
