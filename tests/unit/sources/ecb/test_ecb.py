"""The European Central Bank's feeds."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.ecb.connector import EcbRates
from outlay.sources.ecb.feeds import csv_rates, feed_verdict, xml_rates
from outlay.sources.fetched.classify import Head
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading

HISTORY = "Date,USD,CYP,GBP,\n2026-01-30,1.0931,N/A,0.85725,\n2026-01-29,1.0925,N/A,0.8571,\n"
DAILY = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube><Cube time="2026-02-02">
<Cube currency="USD" rate="1.0899"/><Cube currency="GBP" rate="0.85801"/></Cube></Cube></gesmes:Envelope>
"""


def zipped(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "hist.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("eurofxref-hist.csv", text)
    return path


def daily(tmp_path: Path, text: str = DAILY) -> Path:
    path = tmp_path / "daily.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_euro_is_so_much_of_each_currency(tmp_path: Path) -> None:
    found = list(csv_rates(zipped(tmp_path, HISTORY), Reading()))
    assert [(rate.day, rate.currency, str(rate.rate)) for rate in found] == [
        (date(2026, 1, 30), "USD", "1.0931"), (date(2026, 1, 30), "GBP", "0.85725"),
        (date(2026, 1, 29), "USD", "1.0925"), (date(2026, 1, 29), "GBP", "0.8571"),
    ]  # fmt: skip
    assert [tuple(rate) for rate in xml_rates(daily(tmp_path))] == [
        (date(2026, 2, 2), "USD", Decimal("1.0899")), (date(2026, 2, 2), "GBP", Decimal("0.85801")),
    ]  # fmt: skip
    only = list(csv_rates(zipped(tmp_path, HISTORY), Reading(), date(2026, 1, 30)))
    assert {rate.day for rate in only} == {date(2026, 1, 30)}


def test_only_days_that_can_matter_are_read(tmp_path: Path) -> None:
    client: Any = None
    page = RawPage("hist", zipped(tmp_path, "Date,USD\n2026-02-13,1.1\n2026-01-30,1.2\n2026-01-29,1.3\n"), "history")
    rows = list(EcbRates(client, date(2026, 2, 13)).parse(page, Account("all"), Reading()))
    assert [(row["date_day"], row["from_currency"], row["rate_type"]) for row in rows] == [
        (date(2026, 2, 13), "EUR", "spot"), (date(2026, 1, 30), "EUR", "spot"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Day,USD\n2026-01-30,1.1\n", "field Date: expected the first heading"),
        ("Date,USD\n2026-01-30,1,1\n", "line of 2026-01-30: expected 2 cells"),
        ("Date,USD\n30.01.2026,1.1\n", "field Date: expected a day"),
        ("Date,USD\n2026-01-30,1.1x\n", "field rate of USD on 2026-01-30"),
    ],
)
def test_a_feed_that_changed_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SchemaError) as error:
        list(csv_rates(zipped(tmp_path, text), Reading()))
    assert told in str(error.value)


def test_a_heading_that_is_no_currency_is_noted(tmp_path: Path) -> None:
    reading = Reading()
    assert len(list(csv_rates(zipped(tmp_path, "Date,USD,Remark\n2026-01-30,1.1,x\n"), reading))) == 1
    assert list(reading.unknown_fields) == ["Remark"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (DAILY.encode(), "ok"),
        (DAILY.encode()[:-30], "transient"),
        (b"<html>Bad Gateway</html>", "transient"),
        (b"", "transient"),
    ],
)
def test_what_is_no_feed_is_asked_again(body: bytes, kind: str) -> None:
    assert feed_verdict(Head(200, {}, body, True, body[-100:])).kind == kind


def test_a_cut_zip_is_asked_again(tmp_path: Path) -> None:
    whole = zipped(tmp_path, HISTORY).read_bytes()
    assert feed_verdict(Head(200, {}, whole, True, whole)).kind == "ok"
    assert feed_verdict(Head(200, {}, whole[:-30], True, whole[:-30])).kind == "transient"
