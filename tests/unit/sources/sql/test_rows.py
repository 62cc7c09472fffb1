"""Rows of a page as canonical ones: every database's way of writing a value, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from outlay.company import SourceSection
from outlay.sources.fetched.errors import FetchError, SchemaError
from outlay.sources.sql.binding import bind, check_types
from outlay.sources.sql.dialects import Field, Kind
from outlay.sources.sql.pages import read_page, write_pages
from outlay.sources.sql.values import row_reader


def read(entity: str, columns: dict[str, tuple[Kind, str, Any]], mapping: dict[str, Any] | None = None) -> Any:
    """One row of database columns (kind, type, value as JSON has it) as a canonical one; times are those of Berlin."""
    section = SourceSection.model_validate({"name": "s", "kind": "sql", "entity": entity, "columns": mapping or {}})
    fields = [Field(name, kind, type_name) for name, (kind, type_name, _) in columns.items()]
    reader = row_reader(bind(section, None, fields), fields, ZoneInfo("Europe/Berlin"))
    return reader([value for _, _, value in columns.values()])


def vendor(**more: tuple[Kind, str, Any]) -> dict[str, tuple[Kind, str, Any]]:
    return {"vendor_id": ("integer", "int8", 7), "name": ("text", "text", "One")} | more


def test_texts_numbers_and_lists_become_text() -> None:
    row = read(
        "vendors",
        vendor(
            tax_id=("text", "bpchar(12)", "DE1         "),
            domain=("other", "json", {"a": ["ö"]}),
            country=("boolean", "bool", True),
            platform_account_ids=("other", "text[]", ["a1", "a2"]),
            currency=("text", "bpchar(3)", "eur"),
        ),
    )
    assert row == {
        "vendor_id": "7",
        "name": "One",
        "tax_id": "DE1",
        "domain": '{"a": ["ö"]}',
        "country": "true",
        "platform_account_ids": "a1|a2",
        "currency": "EUR",
    }


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("aware", "2026-03-01T10:00:00+00:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("aware", "2026-03-01T10:00:00.5", datetime(2026, 3, 1, 10, 0, 0, 500000, tzinfo=UTC)),  # MySQL, in UTC
        ("naive", "2026-07-01T10:00:00", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("date", "2026-07-01", datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_times(kind: Kind, value: str, expected: datetime) -> None:
    row = read(
        "identities",
        {"user_id": ("text", "", "u"), "canonical_user_id": ("text", "", "c"), "since": (kind, "", value)},
    )
    assert row["since"] == expected


def test_a_text_of_sqlite_that_states_an_offset_is_refused() -> None:
    columns = {"user_id": ("text", "", "u"), "canonical_user_id": ("text", "", "c")}
    with pytest.raises(SchemaError, match=r"field since: expected a time, found '2026-07-01T10:00:00\+02:00'"):
        read("identities", columns | {"since": ("naive", "", "2026-07-01T10:00:00+02:00")})  # type: ignore[arg-type]


def ledger(debit: Any, credit: Any) -> dict[str, tuple[Kind, str, Any]]:
    return {
        "entry_id": ("text", "", "1"),
        "journal_id": ("text", "", "1"),
        "account_id": ("text", "", "1"),
        "currency": ("text", "", "EUR"),
        "posting_date": ("date", "date", "2026-01-31"),
        "soll": ("decimal", "numeric", debit),
        "haben": ("decimal", "numeric", credit),
    }


@pytest.mark.parametrize(
    ("debit", "credit", "expected"),
    [
        ("10.10", None, Decimal("10.10")),
        (None, "0.05", Decimal("-0.05")),
        ("1", "0.05", Decimal("0.95")),
        (None, None, None),
    ],
)
def test_debit_and_credit(debit: Any, credit: Any, expected: Decimal | None) -> None:
    row = read("ledger_entries", ledger(debit, credit), {"amount": {"debit": "SOLL", "credit": "HABEN"}})
    assert row["amount"] == expected
    turned = {"debit": "soll", "credit": "haben", "negate": True, "divide_by": 100}
    row = read("ledger_entries", ledger(debit, credit), {"amount": turned})
    assert row["amount"] == (None if expected is None else -expected / 100)


def test_values_and_defaults() -> None:
    mapping = {"country": {"from": "land", "values": {"D": "DE", "?": ""}, "default": "none"}}
    for value, expected in [("D", "DE"), ("?", "none"), (None, "none"), ("FR", "FR")]:
        assert read("vendors", vendor(land=("text", "", value)), mapping)["country"] == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["NaN", "1,5", "", "twelve"])
def test_an_amount_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SchemaError, match="field soll: expected an amount"):
        read("ledger_entries", ledger(value, None), {"amount": {"debit": "soll", "credit": "haben"}})


@pytest.mark.parametrize(
    ("kind", "type_name", "advice"),
    [
        ("float", "double precision", "binary fractions hold no exact money: make it NUMERIC"),
        ("text", "text", r"expected a decimal or whole number: cast it in a query \(cast\(soll as decimal\(18,4\)\)\)"),
        ("money", "money", r"its form depends on the server's locale: cast it in a query \(soll::numeric\)"),
    ],
)
def test_money_needs_an_exact_type(kind: Kind, type_name: str, advice: str) -> None:
    columns = ledger("1", None) | {"soll": (kind, type_name, "1")}
    section = SourceSection.model_validate(
        {"name": "s", "kind": "sql", "entity": "ledger_entries", "columns": {"amount": "soll"}}
    )
    fields = [Field(name, *described[:2]) for name, described in columns.items()]
    with pytest.raises(FetchError, match=f"s: amount: column soll is {type_name} in the database; {advice}"):
        check_types("s", bind(section, None, fields), is_typed=True)


def written(rows: Sequence[Sequence[Any]], fields: Sequence[Field], folder: Path) -> list[Path]:
    numbers = iter(range(100))
    return list(write_pages("s", rows, fields, lambda: folder / f"{next(numbers)}.jsonl"))


def test_pages_keep_values_exactly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outlay.sources.sql.pages.ROWS_A_PAGE", 2)
    fields = [Field("a", "decimal", "numeric"), Field("b", "other", "x")]
    rows = [
        (Decimal("99999999999999.9999"), date(2026, 1, 31)),
        (Decimal("1E+3"), UUID(int=1)),
        (None, b"text"),
    ]
    pages = written(rows, fields, tmp_path)
    assert [len(list(read_page(page)[1])) for page in pages] == [2, 1]
    lines = pages[0].read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[1]) == ["99999999999999.9999", "2026-01-31"]
    assert json.loads(lines[2]) == ["1000", "00000000-0000-0000-0000-000000000001"]
    assert read_page(pages[1])[0] == fields


def test_no_row_is_one_page_without_rows(tmp_path: Path) -> None:
    pages = written([], [Field("a", "text", "text")], tmp_path)
    assert [list(read_page(page)[1]) for page in pages] == [[]]


def test_bytes_that_are_no_text_are_told_by_their_column(tmp_path: Path) -> None:
    fields = [Field("a", "text", "text"), Field("hash", "other", "bytea")]
    with pytest.raises(FetchError, match="s: column hash holds bytes that are no text"):
        written([("x", b"\xff\xfe")], fields, tmp_path)


@pytest.mark.parametrize("cut", ['["1"', "", '["1","2"]\n', '["1"] \n', "{}\n"])
def test_a_page_that_was_tampered_with_is_refused(tmp_path: Path, cut: str) -> None:
    page = tmp_path / "1.jsonl"
    page.write_text('{"columns":[["a","text","text"]]}\n["0"]\n' + cut, encoding="utf-8")
    if cut:
        with pytest.raises(SchemaError):
            list(read_page(page)[1])
    page.write_text("<html>", encoding="utf-8")
    with pytest.raises(SchemaError):
        read_page(page)
