"""Exports as shops, books, banks and streams write them: what is guessed of each lands to the cent."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.onboarding.starting import Start


def _xlsx() -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["About"])
    sheet = book.create_sheet("Spend")
    sheet.append(["Day", "Campaign ID", "Account ID", "Spend", "Currency"])
    sheet.append([date(2026, 3, 4), "c1", "a1", 12.5, "EUR"])
    book.save(content)
    return content.getvalue()


def _parquet() -> bytes:
    row = {
        "day": date(2026, 3, 4),
        "campaign_id": "c1",
        "account_id": "a1",
        "spend": Decimal("12.50"),
        "currency": "EUR",
    }
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row]), content)
    return content.getvalue()


def _zip(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("inside.csv", content)
    return target.getvalue()


PLAIN = b"Day\tCampaign ID\tAccount ID\tSpend\tCurrency\n2026-03-04\tc1\ta1\t12.50\tEUR\n"
LINES = b'{"day": "2026-03-04", "campaign": {"id": "c1"}, "account_id": "a1", "spend": 12.5, "currency": "EUR"}\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("facebook.tsv", lambda: PLAIN),
        ("facebook.csv", lambda: PLAIN.decode().encode("utf-16")),
        ("facebook.csv.gz", lambda: gzip.compress(PLAIN)),
        ("facebook.zip", lambda: _zip(PLAIN)),
        ("facebook.jsonl", lambda: LINES),
        ("facebook.json", lambda: b"[" + LINES.strip() + b"]"),
        ("facebook.xlsx", _xlsx),
        ("facebook.parquet", _parquet),
    ],
)
def test_the_same_rows_in_any_wrapping(start: Start, name: str, content: Callable[[], bytes]) -> None:
    start.put(name, content())
    told = start.init("--yes")
    assert told.exit_code == 0, told.output
    start.land()
    assert start.rows("platform_spend", "platform, campaign_id, date_day, spend, currency") == [
        ("meta_ads", "c1", date(2026, 3, 4), Decimal("12.5000"), "EUR")
    ]


def test_a_stream_of_touches_and_conversions_becomes_two_sources(start: Start) -> None:
    start.put(
        "events.csv",
        "visitor id,time,event type,channel,value\n"
        "v1,2026-03-01T10:00:00Z,impression,Display,\n"
        "v1,2026-03-01T11:00:00Z,purchase,Search,19.90\n",
    )
    assert start.init("--yes").exit_code == 0
    start.land()
    assert start.rows("touchpoints", "user_id, channel, interaction") == [
        ("v1", "Display", "view"),
        ("v1", "Search", "visit"),
    ]
    assert start.rows("conversions", "user_id, revenue") == [("v1", Decimal("19.9000"))]


@pytest.mark.parametrize(("inverse", "sides"), [(False, ("EUR", "JPY")), (True, ("JPY", "EUR"))])
def test_rates_side_by_side_are_turned_the_right_way_round(start: Start, inverse: bool, sides: tuple[str, str]) -> None:
    rates = [Decimal("1.1"), Decimal("160"), Decimal("0.85"), Decimal("0.95")]
    row = ",".join(f"{1 / rate if inverse else rate:.8f}" for rate in rates)
    start.put("rates.csv", f"Date,USD,JPY,GBP,CHF,\n2026-03-02,{row},\n")
    assert start.init("--yes").exit_code == 0
    start.land()
    found = start.rows("fx_rates", "from_currency, to_currency, rate")
    expected = (*sides, Decimal("0.00625") if inverse else Decimal(160))
    assert expected in found
    assert len(found) == 4


def test_a_book_with_debit_and_credit_and_one_with_a_sign_beside_the_amount(start: Start) -> None:
    start.put(
        "gl.csv",
        "Entry no,Date,Account,Debit,Credit,Currency\n1,2026-03-01,4600,5.00,,EUR\n2,2026-03-01,1600,,5.00,EUR\n",
    )
    start.put(
        "fibu.csv",
        "Lfd. Nr.;Belegdatum;Konto;Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz\n"
        "7;01.03.2026;4600;1.500,00;S;EUR\n8;01.03.2026;1600;1.500,00;H;EUR\n",
    )
    assert start.init("--yes").exit_code == 0
    start.land()
    assert start.rows("ledger_entries", "entry_id, amount") == [
        ("1", Decimal("5.0000")),
        ("2", Decimal("-5.0000")),
        ("7", Decimal("1500.0000")),
        ("8", Decimal("-1500.0000")),
    ]


def test_exports_as_shops_and_books_write_them(start: Start) -> None:
    """The shapes of a Shopify order export, a Xero ledger and GA4 events, with figures of our own."""
    start.put(
        "orders_export_1.csv",
        "Name,Email,Paid at,Currency,Subtotal,Taxes,Total,Created at,Lineitem name,Id\n"
        "#1001,a@x.com,2026-03-01 10:05:00 +0100,EUR,100.00,19.00,119.00,2026-03-01 10:04:00 +0100,Tent,5551\n",
    )
    start.put(
        "general_ledger.csv",
        "General Ledger\nAcme Ltd\n\nDate,Source,Description,Reference,Debit,Credit,Account Code,Account\n"
        '1 Mar 2026,Payable Invoice,Advert,INV-1,"1,500.00",,400,Advertising\n'
        '1 Mar 2026,Payable Invoice,Advert,INV-1,,"1,500.00",800,Accounts Payable\n'
        'Total,,,,"1,500.00","1,500.00",,\n',
    )
    start.put(
        "events.ndjson",
        '{"event_id":"e1","user_pseudo_id":"u1","event_timestamp":1772359200000000,"event_name":"page_view",'
        '"traffic_source":{"medium":"cpc"}}\n',
    )
    assert start.init("--yes").exit_code == 0
    start.land()
    assert start.rows("conversions", "conversion_id, user_id, converted_at, revenue") == [
        ("5551", "a@x.com", datetime(2026, 3, 1, 9, 4), Decimal("119.0000"))  # noqa: DTZ001
    ]
    assert start.rows("ledger_entries", "posting_date, account_id, amount") == [
        (date(2026, 3, 1), "400", Decimal("1500.0000")),
        (date(2026, 3, 1), "800", Decimal("-1500.0000")),
    ]
    assert start.rows("touchpoints", "touch_id, channel, interaction, touched_at") == [
        ("e1", "cpc", "visit", datetime(2026, 3, 1, 10, 0))  # noqa: DTZ001
    ]


def test_micros_and_float_noise_become_cents(start: Start) -> None:
    start.put("google.csv", "Day,Campaign ID,Account ID,cost_micros,Currency\n2026-03-01,c,a,1250000,EUR\n")
    start.put("facebook.csv", "Day,Campaign ID,Account ID,Spent,Currency\n2026-03-01,c,a,1.429999948,EUR\n")
    assert start.init("--yes").exit_code == 0
    start.land()
    assert start.rows("platform_spend", "platform, spend") == [
        ("google_ads", Decimal("1.2500")),
        ("meta_ads", Decimal("1.4300")),
    ]


@pytest.mark.parametrize(
    ("file", "months", "asked"),
    [
        ("budget 2026.csv", ("Jan", "Feb", "März"), 1),  # the year is the file's; whose budget it is, nobody says
        ("plan.csv", ("2026-01", "02/2026", "Mar 26"), 1),
        ("plan.csv", ("January", "February", "March"), 2),
    ],
)
def test_a_budget_with_a_column_a_month_becomes_a_row_a_month(
    start: Start, file: str, months: tuple[str, ...], asked: int
) -> None:
    start.put(
        file, f"Department,Channel,{','.join(months)},Total\nMKT,search,100.00,200.50,,300.50\nMKT,display,1.00,2,3,6\n"
    )
    assert start.init("--yes").exit_code == 0
    questions = [line for line in start.unsure() if "their year" in line or "which version" in line]
    assert len(questions) == asked
    assert any("which budget is approved" in line for line in start.unsure())
    start.land()
    assert start.rows("budget_lines", "channel, period_id, department_id, amount") == [
        ("display", "2026-01", "MKT", Decimal("1.0000")),
        ("display", "2026-02", "MKT", Decimal("2.0000")),
        ("display", "2026-03", "MKT", Decimal("3.0000")),
        ("search", "2026-01", "MKT", Decimal("100.0000")),
        ("search", "2026-02", "MKT", Decimal("200.5000")),
    ]
