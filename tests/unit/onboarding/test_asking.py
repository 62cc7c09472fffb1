"""On a terminal `outlay init` asks, refuses what cannot be, and writes the answers: a real terminal, a real process."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from outlay.company import read_company
from tests.support.runs import ROOT
from tests.unit.onboarding.starting import Start

EXPORT = "Date;Campaign;Campaign ID;Cost\n03/04/2026;Brand;c1;1,50\n05/04/2026;Brand;c1;2,25\n"


def converse(folder: Path, answers: list[str]) -> str:
    """Runs init on a terminal of its own and types the answers; all that it printed."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "orchestration.cli", "init", str(folder)]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    said = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not chunk:
            break
        said += chunk
    os.close(ours)
    assert process.wait(timeout=60) == 0, said.decode()
    return said.decode()


def test_the_answers_are_what_is_written(start: Start) -> None:
    start.put("export.csv", EXPORT)
    said = converse(
        start.folder,
        [
            "Euros",  # no currency: asked again
            "EUR",
            "Europe/Berlin",
            "USD",  # the currency of the amounts
            "month first",
            "google_ads",
            "123-456",
        ],
    )
    assert "'Euros' is not an ISO 4217 currency code" in said.replace("\r\n", " ")
    company = read_company(start.folder)
    source = company.sources["export"]
    assert (company.company.currency, company.company.time_zone) == ("EUR", "Europe/Berlin")
    assert (source.currency, source.date_format, source.accounts) == ("USD", ["%m/%d/%Y"], ["123-456"])
    assert source.columns["platform"].constant == "google_ads"
    assert source.decimal == ","
    assert start.unsure() == []


def test_a_file_that_nothing_fits_is_read_as_the_user_says(start: Start) -> None:
    start.put("a.csv", EXPORT)
    start.put("b.csv", "when;who;how dear\n31.03.2026;c9;7,00\n")
    converse(
        start.folder,
        # the company's currency and zone; a.csv's currency, dates, platform and account; then b.csv
        [
            "EUR",
            "UTC",
            "EUR",
            "day first",
            "google_ads",
            "a1",
            "platform_spend",
            "who",
            "when",
            "how dear",
            "EUR",
            "tiktok_ads",
            "a2",
        ],
    )
    start.land()
    assert start.rows("platform_spend", "platform, account_id, campaign_id, date_day, spend") == [
        ("google_ads", "a1", "c1", date(2026, 4, 3), Decimal("1.5000")),
        ("google_ads", "a1", "c1", date(2026, 4, 5), Decimal("2.2500")),
        ("tiktok_ads", "a2", "c9", date(2026, 3, 31), Decimal("7.0000")),
    ]
