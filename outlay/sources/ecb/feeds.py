"""Reads the bank's feeds: CSV in a zip, newest day first, and XML."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from outlay.sources.fetched import values
from outlay.sources.fetched.classify import Head, Verdict, status_verdict, transient
from outlay.sources.fetched.errors import SchemaError
from outlay.sources.fetched.protocol import Reading

_CODE = re.compile(r"[A-Z]{3}")
_NOT_LISTED = ("N/A", "")
_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"
# How a zip ends, less its comment.
_ZIP_END = b"PK\x05\x06"


class Rate(NamedTuple):
    """One euro is `rate` of `currency` on `day`."""

    day: date
    currency: str
    rate: Decimal


def feed_verdict(head: Head) -> Verdict:
    """A success that is neither a whole zip nor whole XML is a passing failure: a proxy's page, a cut download."""
    verdict = status_verdict(head)
    if verdict.kind != "ok":
        return verdict
    if head.body.startswith(b"PK"):
        return verdict if _ZIP_END in head.tail else transient("the zip ends too early")
    if head.whole and b"<gesmes:Envelope" in head.body and head.body.rstrip().endswith(b"</gesmes:Envelope>"):
        return verdict
    return transient(f"HTTP {head.status} with neither a zip nor rates in XML: {head.said()}")


def xml_rates(path: Path, reading: Reading | None = None) -> Iterator[Rate]:
    """The rates of an XML feed. Raises ValueError when it is not XML, SchemaError when a rate is none."""
    try:
        root = ElementTree.fromstring(path.read_bytes())
    except ElementTree.ParseError as error:
        raise ValueError(f"not XML: {error}") from None
    for cube in root.iter(_CUBE):
        time = cube.get("time")
        for one in cube.findall(_CUBE) if time else ():
            currency = one.get("currency", "")
            if _CODE.fullmatch(currency):
                yield Rate(_day(time or ""), currency, _rate(time or "", currency, one.get("rate", "")))
            elif reading is not None:
                reading.unknown_fields.setdefault(currency, "the currencies")


def csv_rates(path: Path, reading: Reading, first_day: date = date.min) -> Iterator[Rate]:
    """The rates of a zipped CSV feed from `first_day` on. Raises SchemaError when a line does not fit its headings."""
    with _opened(path) as text:
        lines = csv.reader(text)
        headings = [heading.strip() for heading in next(lines, [])]
        if headings[:1] != ["Date"]:
            raise SchemaError("Date", "the first heading", headings[:1])
        listed = [(place, name) for place, name in enumerate(headings) if place and _CODE.fullmatch(name)]
        for heading in headings[1:]:
            if heading and not _CODE.fullmatch(heading):
                reading.unknown_fields.setdefault(heading, "the headings")
        for cells in filter(None, lines):
            if len(cells) != len(headings):
                raise SchemaError(f"line of {cells[0]}", f"{len(headings)} cells", cells)
            day = _day(cells[0].strip())
            if day < first_day:
                continue
            for place, currency in listed:
                cell = cells[place].strip()
                if cell not in _NOT_LISTED:
                    yield Rate(day, currency, _rate(cells[0], currency, cell))


def _opened(path: Path) -> io.TextIOWrapper:
    archive = zipfile.ZipFile(path)
    return io.TextIOWrapper(archive.open(archive.namelist()[0]), encoding="utf-8-sig", newline="")


def _rate(day: str, currency: str, rate: str) -> Decimal:
    try:
        return values.number(rate)
    except ValueError:
        raise SchemaError(f"rate of {currency} on {day.strip()}", "a number with a point", rate) from None


def _day(text: str) -> date:
    try:
        return values.day(text)
    except ValueError:
        raise SchemaError("Date", "a day written YYYY-MM-DD", text) from None
