"""Microsoft's report file: a ZIP with one CSV, in it a block of properties, the rows, and the owner's line."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Reading
from outlay.sources.fetched.shapes import Field, Shape
from outlay.sources.fetched.values import day, text

_OWNER = "©"
_INCOMPLETE = "Potential Incomplete Data"
_ROWS = "Rows"
TIME = "TimePeriod"


def report_day(value: Any) -> date:
    """a day written YYYY-MM-DD"""
    return day(text(value))


def spend_columns(conversions: str) -> list[str]:
    """The columns of the campaign report. TimePeriod must be one, else the whole period becomes one row."""
    return [
        TIME, "AccountId", "CampaignId", "CampaignName", "CurrencyCode", "Impressions", "Clicks", "Spend", conversions,
        "Revenue",
    ]  # fmt: skip


CONTROL_COLUMNS = [TIME, "AccountId", "Spend"]


def spend_shape(conversions: str) -> Shape:
    """One campaign's day. `conversions`: the column that counts them."""
    return Shape(
        [
            Field("date_day", TIME, report_day, required=True),
            Field("_account", "AccountId", required=True),
            Field("campaign_id", "CampaignId", required=True),
            Field("campaign_name", "CampaignName"),
            Field("currency", "CurrencyCode", "currency", required=True),
            Field("impressions", "Impressions", "integer", default=0),
            Field("clicks", "Clicks", "integer", default=0),
            Field("spend", "Spend", "money", required=True),
            Field("conversions", conversions, "number", default=Decimal(0)),
            Field("conversions_value", "Revenue", "money", default=Decimal(0)),
        ],
        nulls=("", "--"),
    )


CONTROL = Shape(
    [
        Field("day", TIME, report_day, required=True),
        Field("account", "AccountId", required=True),
        Field("spend", "Spend", "money", required=True),
    ]
)


@dataclass
class Report:
    """One report file, read as a stream. `properties` are there once rows were asked for."""

    path: Path
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def is_incomplete(self) -> bool:
        """Whether Microsoft says that days in it may not be whole yet."""
        return self.properties.get(_INCOMPLETE, "").lower() == "true"

    def rows(self, shape: Shape, reading: Reading | None = None) -> Iterator[dict[str, Any]]:
        """The rows as `shape` reads them. Raises SchemaError, and ValueError where the file is not whole."""
        with zipfile.ZipFile(self.path) as archive:
            members = archive.namelist()
            if len(members) != 1:
                raise ValueError(f"a report is one file in a ZIP, found {len(members)}")
            with archive.open(members[0]) as entry:
                yield from self._read(csv.reader(io.TextIOWrapper(entry, "utf-8-sig", newline="")), shape, reading)

    def _read(self, lines: Iterator[list[str]], shape: Shape, reading: Reading | None) -> Iterator[dict[str, Any]]:
        headings = self._headings(lines)
        count = 0
        for cells in lines:
            if not cells or (len(cells) == 1 and cells[0].startswith(_OWNER)):
                continue
            if len(cells) != len(headings):
                raise ValueError(f"row {count + 1} has {len(cells)} cells under {len(headings)} headings")
            count += 1
            yield shape.read(dict(zip(headings, cells, strict=True)), reading)
        stated = self.properties.get(_ROWS)
        if stated is not None and stated != str(count):
            raise ValueError(f"the report says that it has {stated} rows, it has {count}")

    def _headings(self, lines: Iterator[list[str]]) -> list[str]:
        """Reads the block of properties, an empty line, and the headings."""
        for cells in lines:
            if len(cells) == 1:
                name, _, value = cells[0].partition(":")
                self.properties[name.strip()] = value.strip()
            elif cells:
                if TIME not in cells:
                    raise SchemaError(TIME, "among the report's columns", ", ".join(cells))
                return cells
        raise ValueError("the report has no line of headings")
