"""Microsoft: a CSV between a block of properties and the owner's line, and what changes in it."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Account, RawPage, Reading
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import DAYS, Open, Opened, amounts, by_day

KIND = "microsoft_ads"
# 3.33 + 1.01, 4.44 + 1.02, 5.55 + 1.03, 6.66
SPENT = amounts("4.34", "5.46", "6.58", "6.66")


@pytest.fixture
def microsoft(open_ads: Open) -> Opened:
    return open_ads(KIND)


HEADINGS = '"TimePeriod","AccountId","CampaignId","CampaignName","CurrencyCode","Impressions","Clicks","Spend"'
ROW = '"2026-02-01","7","1","A, ""B""","EUR","1","1","1.25"'
OWNER = '"©2026 Microsoft Corporation. All rights reserved. "'


def _zip(folder: Path, *lines: str) -> RawPage:
    """A report of these lines, with a byte order mark."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("report.csv", "\ufeff" + "\r\n".join(lines) + "\r\n")
    body = folder / "report.zip"
    body.write_bytes(target.getvalue())
    return RawPage("", body)


def _read(microsoft: Opened, page: RawPage) -> list[Any]:
    return list(microsoft.connector.parse(page, Account("7", currency="EUR"), Reading()))


def test_reads_between_the_properties_and_the_owners_line(microsoft: Opened, tmp_path: Path) -> None:
    page = _zip(tmp_path, '"Report Name: a, b"', '"Potential Incomplete Data: true"', '"Rows: 1"', "", HEADINGS, ROW,
                "", OWNER)  # fmt: skip
    (row,) = _read(microsoft, page)
    assert (row["campaign_name"], row["spend"], row["is_final"]) == ('A, "B"', Decimal("1.25"), False)
    assert row["conversions"] == 0


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (('"Rows: 2"', "", HEADINGS, ROW), "says that it has 2 rows, it has 1"),
        (("", HEADINGS, '"2026-02-01","7"'), "row 1 has 2 cells under 8 headings"),
        (('"Rows: 0"',), "no line of headings"),
    ],
)
def test_a_report_that_is_not_whole_is_not_read(
    microsoft: Opened, tmp_path: Path, lines: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        _read(microsoft, _zip(tmp_path, *lines))


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        # Without the day among the columns Microsoft sums the whole period into one row.
        ((HEADINGS.replace('"TimePeriod",', ""), '"7","1","A","EUR","1","1","1.25"'), "TimePeriod"),
        ((HEADINGS, ROW.replace('"7"', '"8"')), "AccountId"),
        ((HEADINGS, ROW.replace("1.25", "1,25")), "Spend"),
        ((HEADINGS, ROW.replace("2026-02-01", "2026-02-01|13")), "TimePeriod"),
    ],
)
def test_refuses_a_report_of_something_else(
    microsoft: Opened, tmp_path: Path, lines: tuple[str, ...], field: str
) -> None:
    with pytest.raises(SchemaError, match=f"field {field}"):
        _read(microsoft, _zip(tmp_path, *lines))


def test_notes_a_new_column_and_refuses_a_missing_or_changed_one(microsoft: Opened) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "new_field", at=1), Fault(KIND, "missing_field", at=2))
    assert by_day(microsoft.rows()) == SPENT
    assert microsoft.reading.unknown_fields == {"newlyAddedFigure": "the row"}
    with pytest.raises(SchemaError, match="field Spend: expected an amount, found None"):
        microsoft.rows()
    microsoft.fake.world.faults.add(Fault(KIND, "retyped_field"))
    with pytest.raises(SchemaError, match="field Spend: expected an amount, found '3,33'"):
        microsoft.rows()


def test_a_restated_day_an_emptied_one_and_a_removed_campaign(microsoft: Opened) -> None:
    world = microsoft.fake.world
    world.restate(KIND, "5001", DAYS[0], "9.99")
    world.empty_day(KIND, "180000001", DAYS[2])
    world.remove_campaign(KIND, "5002")
    rows = microsoft.rows()
    assert by_day(rows) == amounts("11.00", "5.46", "-", "6.66")
    assert microsoft.control() == amounts("11.00", "5.46", "-", "6.66")
    assert {row["campaign_name"] for row in rows if row["campaign_id"] == "5002"} == {None}


def test_the_control_total_shows_a_row_that_microsoft_kept_back(microsoft: Opened) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "lost_row"))
    rows, control = by_day(microsoft.rows()), microsoft.control()
    assert control == SPENT
    assert SPENT[DAYS[3]] - rows.get(DAYS[3], Decimal(0)) == Decimal("6.66")


def test_delivers_campaigns_by_name(open_ads: Open) -> None:
    listed = open_ads(KIND, "campaigns")
    rows = listed.rows()
    assert [(row["campaign_id"], row["name"]) for row in rows] == [
        ("5001", "DE_BRD_Core-MS"),
        ("5002", "DE_DSP_Prospects"),
    ]
    assert rows[0]["daily_budget"] == 25
    assert listed.control() is None
