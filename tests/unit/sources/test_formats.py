# ruff: noqa: DTZ001 - landed instants are UTC and bear no offset
"""Archives, workbooks, JSON lines, Parquet and Beancount give the same rows as a plain file."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.unit.landing.drop_box import SPEND_HEADING, DropBox, drop_box, spend_file, spend_row

GOOD = spend_file(spend_row(), spend_row("c2", spend="20.50"))
EXPECTED = [("c1", date(2026, 3, 1), Decimal("10.0000")), ("c2", date(2026, 3, 1), Decimal("20.5000"))]


def landed(box: DropBox) -> list[tuple[object, ...]]:
    box.land()
    assert (box.quarantined(), box.checks("failed")) == ([], [])
    return box.rows("campaign_id, date_day, spend", order="campaign_id")


def zipped(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def workbook(*rows: list[object], title: str = "Report", sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for number in range(sheets - 1):
        book.create_sheet(f"About {number}", 0).append(["Nothing", "of", "interest"])
    sheet = book.worksheets[-1]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_gzip_and_zip_and_gzip_in_zip(tmp_path: Path) -> None:
    for name, content in [
        ("a.csv.gz", gzip.compress(GOOD.encode())),
        ("a.csv", gzip.compress(GOOD.encode())),  # compressed whatever its name says
        ("a.zip", zipped(**{"report.csv": GOOD, "__MACOSX__.report.csv": "junk"})),
    ]:
        box = drop_box(tmp_path / name)
        box.put(name, content)
        assert landed(box) == EXPECTED


def test_each_member_of_a_zip_file_is_a_table_of_its_own(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    box.put("a.zip", zipped(**{"part-10.csv": spend_file(spend_row("c2")), "part-9.csv": spend_file(spend_row("c1"))}))
    box.land()
    assert box.rows("source_file, source_row, campaign_id, delivery_no") == [
        ("drop/a.zip:part-10.csv", 1, "c2", 1),
        ("drop/a.zip:part-9.csv", 1, "c1", 1),
    ]


def test_a_workbook_with_typed_cells_below_title_rows(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'decimal = ","\nthousands = "."\ndate_format = "%d.%m.%Y"')
    content = workbook(
        ["Spend report"],
        [],
        SPEND_HEADING.split(","),
        ["google", "a1", "c1", datetime(2026, 3, 1), 10, "EUR", "Brand"],
        ["google", "a1", "c2", "01.03.2026", "20,50", "EUR", "Brand"],
        sheets=2,
    )
    box.put("a.xlsx", content)
    assert landed(box) == EXPECTED


def test_numeric_ids_and_float_noise_in_a_workbook(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    rows = ["google", 4128849021, 77.0, date(2026, 3, 1), 0.1 + 0.2, "EUR", True]
    box.put("a.xlsx", workbook(SPEND_HEADING.split(","), rows))
    box.land()
    assert box.rows("account_id, campaign_id, spend, campaign_name") == [
        ("4128849021", "77", Decimal("0.3000"), "true")
    ]


def test_the_declared_sheet_is_read_and_a_missing_one_named(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'sheet = "Report"')
    box.put("a.xlsx", workbook(*[line.split(",") for line in GOOD.splitlines()], sheets=3))
    assert landed(box) == EXPECTED
    other = drop_box(tmp_path / "other", 'sheet = "Spend"')
    other.put("a.xlsx", workbook(SPEND_HEADING.split(",")))
    assert "has no sheet 'Spend'; it has Report" in other.land().problems[0].message


def test_json_lines_are_flattened_by_dotted_path_and_keep_their_digits(tmp_path: Path) -> None:
    box = drop_box(
        tmp_path,
        '[sources.src.columns]\naccount_id = "account.id"\ncampaign_id = "campaign.id"\nspend = "metrics.spend"\n'
        'campaign_name = "campaign.labels"',
    )
    objects = [
        {"id": number, "labels": ["a", "b"], "spend": spend} for number, spend in [(1, "10.10"), (2, "123456789.12345")]
    ]
    lines = [
        '{"platform":"tiktok","date_day":"2026-03-01","currency":"EUR","account":{"id":"a1"},'
        f'"campaign":{json.dumps({"id": one["id"], "labels": one["labels"]})},"metrics":{{"spend":{one["spend"]}}}}}'
        for one in objects
    ]
    box.put("a.jsonl", "\n".join([lines[0], "", "not json", lines[1], '{"platform":"tiktok"}']) + "\n")
    box.land()
    assert box.rows("campaign_id, spend, campaign_name") == [
        ("1", Decimal("10.1000"), "a|b"),
        ("2", Decimal("123456789.1234"), "a|b"),  # half to even
    ]
    reasons = box.quarantined()
    assert [row for row, _ in reasons] == [2, 4]
    assert reasons[0][1].startswith("the line is not a JSON object")
    assert reasons[1][1].startswith("account_id is empty; it is required; campaign_id is empty")


def test_numbers_that_json_allows_and_money_does_not(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    rows = [
        f'{{"platform":"t","account_id":"a","campaign_id":"c{number}","date_day":"2026-03-01","currency":"EUR","spend":{spend}}}'
        for number, spend in enumerate(["NaN", "Infinity", "1e400", "1e999999999", "1E+2"])
    ]
    box.put("a.json", "[" + ",".join(rows) + "]")
    box.land()
    assert (box.rows("spend"), len(box.quarantined())) == ([(Decimal("100.0000"),)], 4)


def test_parquet_with_typed_and_nested_columns(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'decimal = ","\n[sources.src.columns]\ncampaign_id = "campaign.id"')
    path = box.put("a.parquet", b"")
    duckdb.sql(
        "select 'g' as platform, 'a1' as account_id, {'id': 'c' || i} as campaign, timestamp '2026-03-01' as date_day, "
        "case i when 1 then 10.0::double else 20.5 end as spend, 'EUR' as currency from range(1, 3) t(i)"
    ).write_parquet(str(path))
    assert landed(box) == EXPECTED


def test_parquet_floats_and_instants(tmp_path: Path) -> None:
    box = drop_box(tmp_path, 'time_zone = "Europe/Berlin"', "touchpoints")
    path = box.put("a.parquet", b"")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'America/New_York'")
        connection.execute(
            "copy (select 't1' as touch_id, 'u' as user_id, timestamptz '2026-03-01 10:00:00+00' as touched_at, "
            "'email' as channel, 1e-7::double as cost union all "
            f"select 't2', 'u', timestamptz '2026-03-01 12:00:00+01', 'email', 12.345) to '{path}' (format parquet)"
        )
    box.land()
    assert box.rows("touched_at, cost", order="touch_id") == [
        (datetime(2026, 3, 1, 10), Decimal("0.0000")),
        (datetime(2026, 3, 1, 11), Decimal("12.3450")),
    ]


def test_a_parquet_file_that_is_cut_off_is_quarantined(tmp_path: Path) -> None:
    box = drop_box(tmp_path)
    path = box.put("b.parquet", b"")
    duckdb.sql("select range as a from range(10000)").write_parquet(str(path))
    box.put("b.parquet", path.read_bytes()[:-100])
    box.put("a.csv", GOOD)
    box.land()
    assert (box.total(), [row for row, _ in box.quarantined()], box.checks("warned")) == (
        "30.5000",
        [0],
        ["file_readable"],
    )


LEDGER = """
2026-01-01 open Assets:Bank EUR
2026-01-05 * "Google" "Ads January" #ads
  campaign_id: "c1"
  Expenses:Ads:Google  1,234.50 EUR
    department_id: "D10"
  Assets:Bank
2026-01-06 ! "Meta"
  journal_id: "J7"
  Expenses:Ads:Meta  100.00 USD @ 0.92 EUR
  Assets:Bank  -92.00 EUR
"""


def test_beancount_postings_need_no_mapping(tmp_path: Path) -> None:
    box = drop_box(tmp_path, "", "ledger_entries")
    box.put("books.beancount", LEDGER)
    assert box.land().problems == []
    assert box.rows("entry_id, posting_date, account_id, amount, currency, campaign_id, department_id, memo") == [
        (
            "drop/books.beancount:3:1",
            date(2026, 1, 5),
            "Expenses:Ads:Google",
            Decimal("1234.5000"),
            "EUR",
            "c1",
            "D10",
            "Ads January",
        ),
        (
            "drop/books.beancount:3:2",
            date(2026, 1, 5),
            "Assets:Bank",
            Decimal("-1234.5000"),
            "EUR",
            "c1",
            None,
            "Ads January",
        ),
        ("J7:1", date(2026, 1, 6), "Expenses:Ads:Meta", Decimal("100.0000"), "USD", None, None, "Meta"),
        ("J7:2", date(2026, 1, 6), "Assets:Bank", Decimal("-92.0000"), "EUR", None, None, "Meta"),
    ]


@pytest.mark.parametrize("broken", ["  Expenses:Ads  5 EUR\n", "2026-01-0"])
def test_a_ledger_that_does_not_balance_or_parse_is_not_loaded(tmp_path: Path, broken: str) -> None:
    box = drop_box(tmp_path, "", "ledger_entries")
    box.put("books.beancount", LEDGER + broken)
    assert "is not a sound ledger: line" in box.land().problems[0].message
    assert box.rows("*") == []
