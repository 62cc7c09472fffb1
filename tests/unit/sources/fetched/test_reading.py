"""Values, shapes and streams of JSON: exact, typed, and whole or not at all."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outlay.sources.fetched import jsonitems
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.jsonitems import CutError, items, whole
from outlay.sources.fetched.protocol import Reading
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import CONVERTERS

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("kind", "found", "expected"),
    [
        ("micros", "36150000", Decimal("36.15")),
        ("micros", 1, Decimal("0.000001")),
        ("micros", "-5", Decimal("-0.000005")),
        ("money", "99.99999999999996", Decimal("99.99999999999996")),
        ("money", "-2e-18", Decimal("-2E-18")),
        ("money", 12, Decimal(12)),
        ("integer", "100", 100),
        ("integer", "100.0", 100),
        ("integer", Decimal("7.0"), 7),
        ("text", 123, "123"),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("timestamp", "2026-01-01T01:00:00+01:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("currency", "EUR", "EUR"),
        ("boolean", "true", True),
        ("boolean", False, False),
    ],
)
def test_a_value_is_read_exactly(kind: str, found: Any, expected: Any) -> None:
    value = CONVERTERS[kind](found)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("micros", "36.15"), ("micros", "3_6"), ("micros", "٣"), ("micros", True), ("micros", Decimal("1.5")),
        ("money", "1,50"), ("money", "NaN"), ("money", " 1"), ("money", 1.5), ("money", True), ("money", ""),
        ("integer", "1.5"), ("integer", True), ("integer", "-"), ("text", {}), ("text", True), ("text", ""),
        ("date", "2026-02-30"), ("date", "20260228"), ("date", 20260228), ("date", "2026-02-28 00:00"),
        ("timestamp", "2026-01-01T01:00:00"), ("currency", "EUX"), ("boolean", "yes"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(kind: str, found: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        CONVERTERS[kind](found)


SHAPE = Shape(
    [
        Field("campaign_id", "campaign.id", required=True),
        Field("spend", "metrics.costMicros", "micros", default=Decimal(0)),
        Field("day", "segments.date", "date", required=True),
        Field("label", "label", lambda value: value.upper()),
    ],
    known=["campaign.resourceName", "links"],
    nulls=("", "-"),
)
ROW = {"campaign": {"id": "9"}, "metrics": {"costMicros": "1500000"}, "segments": {"date": "2026-01-02"}}


def test_a_shape_reads_its_columns_and_notes_what_is_new() -> None:
    reading = Reading()
    found = ROW | {"links": [], "extra": 1, "metrics": {"costMicros": "1500000", "ctr": 0.1}}
    assert SHAPE.read(found, reading) == {
        "campaign_id": "9", "spend": Decimal("1.5"), "day": date(2026, 1, 2), "label": None,
    }  # fmt: skip
    assert set(reading.unknown_fields) == {"extra", "metrics.ctr"}


def test_absent_empty_and_null_take_the_default() -> None:
    for metrics in ({}, {"costMicros": None}, {"costMicros": ""}, {"costMicros": "-"}):
        assert SHAPE.read(ROW | {"metrics": metrics})["spend"] == 0
    assert SHAPE.read({name: value for name, value in ROW.items() if name != "metrics"})["spend"] == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"campaign": {}}, "field campaign.id: expected a text, found None"),
        ({"campaign": {"id": "-"}}, "field campaign.id: expected a text, found '-'"),
        ({"campaign": {"id": {"value": 1}}}, "field campaign.id: expected a text"),
        ({"campaign": "9"}, "field campaign: expected an object, found '9'"),
        ({"metrics": {"costMicros": "1.50"}}, "field metrics.costMicros: expected a whole number of millionths"),
        ({"label": 5}, "field label"),
    ],
)
def test_a_required_or_retyped_field_is_told(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(SchemaError) as error:
        SHAPE.read(ROW | changed)
    assert told in str(error.value)


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(_JSON, max_size=6), more=_JSON, chunk=st.integers(1, 40), indent=st.sampled_from([None, 0, 2]))
def test_a_stream_gives_what_json_gives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], more: Any, chunk: int, indent: int | None
) -> None:
    document = [{"before": more, "results": rows, "after": more}, {"results": rows}, {}, {"results": None}, more]
    path = tmp_path_factory.mktemp("json") / "answer.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=indent), encoding="utf-8")
    parsed = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    batches = [one["results"] for one in parsed if isinstance(one, dict) and isinstance(one.get("results"), list)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonitems, "_CHUNK", chunk)
        assert list(items(path, "item.results.item")) == [row for batch in batches for row in batch]
        assert list(items(path, "item")) == parsed


def test_a_document_cut_anywhere_is_no_document(tmp_path: Path) -> None:
    document = json.dumps([{"results": [{"a": 1, "b": "é"}, {"a": 22.5}], "x": [True, None]}], ensure_ascii=False)
    path = tmp_path / "answer.json"
    for length in range(1, len(document)):
        path.write_text(document[:length], encoding="utf-8")
        with pytest.raises(CutError):
            list(items(path, "item.results.item"))
        with pytest.raises(CutError):
            whole(path)
    path.write_text(document + " <html>", encoding="utf-8")
    with pytest.raises(CutError, match="something follows"):
        list(items(path, "item.results.item"))


def test_numbers_that_are_no_json_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text('{"data": [{"spend": NaN}]}', encoding="utf-8")
    with pytest.raises(CutError):
        list(items(path, "data.item"))


def test_bytes_that_are_no_utf_8_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_bytes(b'{"data": ["\xff"]}')
    with pytest.raises(CutError, match="UTF-8"):
        list(items(path, "data.item"))
