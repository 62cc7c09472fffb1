"""The fake central bank."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.etree import ElementTree

import httpx

from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def rates(text: str) -> dict[tuple[str, str], str]:
    """(day, currency) -> rate of the XML."""
    days = [cube for cube in ElementTree.fromstring(text).iter(_CUBE) if "time" in cube.attrib]
    return {(day.attrib["time"], one.attrib["currency"]): one.attrib["rate"] for day in days for one in day}


def history(fake: FakeServer) -> list[dict[str, str]]:
    archive = zipfile.ZipFile(io.BytesIO(httpx.get(fake.url("ecb") + "/stats/eurofxref/eurofxref-hist.zip").content))
    return list(csv.DictReader(io.StringIO(archive.read("eurofxref-hist.csv").decode())))


def test_the_day_and_all_history_as_xml(fake: FakeServer) -> None:
    day = rates(httpx.get(fake.url("ecb") + "/stats/eurofxref/eurofxref-daily.xml").text)
    assert day == {
        ("2026-02-02", "USD"): "1.0899",
        ("2026-02-02", "GBP"): "0.85801",
        ("2026-02-02", "JPY"): "160.9800",
    }
    whole = rates(httpx.get(fake.url("ecb") + "/stats/eurofxref/eurofxref-hist.xml").text)
    assert len(whole) == 9
    assert whole["2026-01-30", "USD"] == "1.0931"


def test_history_as_zipped_csv_the_newest_first(fake: FakeServer) -> None:
    found = history(fake)
    assert [row["Date"] for row in found] == ["2026-02-02", "2026-01-30", "2026-01-29"]
    assert found[0][""] == ""  # every line ends in a comma


def test_a_currency_not_listed_on_a_day_is_na(fake: FakeServer) -> None:
    rows = fake.world.tables["fx_rates"]
    rows[:] = [row for row in rows if (row["to_currency"], str(row["date_day"])) != ("GBP", "2026-01-29")]
    assert [row["GBP"] for row in history(fake)] == ["0.85801", "0.85725", "N/A"]


def test_failures(fake: FakeServer) -> None:
    names = ("throttle", "server_error", "html_error_page")
    fake.world.faults.add(*(Fault("ecb", name, at=at, wait=7) for at, name in enumerate(names, start=1)))
    answers = [httpx.get(fake.url("ecb") + "/stats/eurofxref/eurofxref-hist.xml") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 503, 502, 200]
    assert answers[0].headers["retry-after"] == "7"


def test_faults_of_the_rows(fake: FakeServer) -> None:
    names = ("repeated_row", "missing_field", "retyped_field", "lost_row")
    fake.world.faults.add(*(Fault("ecb", name, at=at) for at, name in enumerate(names, start=1)))
    repeated, missing, retyped, lost = (history(fake) for _ in names)
    assert repeated[-1] == repeated[-2]
    assert "USD" not in missing[0]
    assert list(retyped[0].values())[1] == "1"  # a decimal comma splits the cell
    assert len(lost) == 2
