"""A platform's answer into typed rows: rows a CPU-second, and the peak of memory for a large one."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, TextIO

import duckdb

from outlay.company import read_company
from outlay.landing.run import working_connection
from outlay.sources import open_fetched
from outlay.sources.base import PARSED_TABLE, Mark
from outlay.sources.fetched.protocol import Account, RawPage
from outlay.sources.fetched.spool import Spool

LARGE, SMALL = 100_000_000, 10_000_000
_BATCH = 10_000
_FIRST = date(2026, 1, 1)
_COMPANY = """
[company]
name = "Bench"
currency = "EUR"

[sources.google_ads]
kind = "google_ads"
entity = "platform_spend"
accounts = ["412-884-9021"]
start = 2026-01-01
credentials = { developer_token = "A", client_id = "B", client_secret = "C", refresh_token = "D" }

[sources.meta_ads]
kind = "meta_ads"
entity = "platform_spend"
accounts = ["1048826390417755"]
start = 2026-01-01
credentials = { access_token = "E" }
"""


def measure(large: int = LARGE, small: int = SMALL) -> None:
    """Print what parsing an answer of `large` bytes from Google and of `small` bytes from Meta costs."""
    for kind, size in (("google_ads", large), ("meta_ads", small)):
        # A process of its own: the peak of memory is that of nothing else.
        command = [sys.executable, "-m", "tests.bench.parsing", kind, str(size)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": "."})


def main(kind: str, size: int) -> int:
    """Generate one answer of `size` bytes, parse it into PARSED_TABLE, print rows a CPU-second and the peak."""
    with tempfile.TemporaryDirectory() as folder:
        _parse(kind, size, Path(folder))
    return 0


def _parse(kind: str, size: int, folder: Path) -> None:
    (folder / "company.toml").write_text(_COMPANY, encoding="utf-8")
    company = read_company(folder)
    source = open_fetched(company.sources[kind], company, folder / "landing")
    account = Account(company.sources[kind].accounts[0], "Bench", "EUR", "Europe/Berlin")
    body = folder / "answer.json"
    with body.open("w", encoding="utf-8") as file:
        _ANSWERS[kind](file, size)
    work = folder / "work"
    work.mkdir()
    name = f"{account.id}/2026-01"
    Spool(source.spool.folder).swap_in(name, account, (_FIRST, _FIRST), 1, [RawPage("bench", body)], None, work)
    raw = source.spool.path(name)
    import_module("pandas")  # pyarrow takes it with its first array; a run has it anyway
    assert source.settings  # imports the connector
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with working_connection(work) as connection:
        started = time.process_time()
        parsed = source.parse(iter([(Mark(name, "", 1), raw)]), connection, work)
        seconds = time.process_time() - started
        rows = _count(connection)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    problems = [problem.message for one in parsed for problem in one.problems]
    if problems or not rows:
        raise SystemExit(f"parsing: {kind}: {problems or 'no rows'}")
    print(
        f"parsing: {kind}: {body.stat().st_size / 1e6:.0f} MB, {rows:,} rows: {rows / seconds:,.0f} rows a CPU-second "
        f"(goal 40,000), peak memory {peak / 1024:.0f} MB, {before / 1024:.0f} MB of it before (goal 500)"
    )


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(f"select count(*) from {PARSED_TABLE} where _state = 'landed'").fetchone()
    return int(found[0]) if found else 0


def _google(file: TextIO, size: int) -> None:
    """An array of batches, as searchStream gives it."""
    random = Random(7)
    rows = _days_and_campaigns()
    file.write("[")
    while file.tell() < size:
        batch = [_google_row(random, *next(rows)) for _ in range(_BATCH)]
        file.write("," if file.tell() > 1 else "")
        json.dump({"results": batch, "fieldMask": "campaign.id", "requestId": "bench"}, file, ensure_ascii=False)
    file.write("]")


def _google_row(random: Random, day: date, campaign: int) -> dict[str, Any]:
    return {
        "campaign": {
            "resourceName": f"customers/4128849021/campaigns/{campaign}",
            "id": str(campaign),
            "name": f"DE_NBS_Zelte für Gruppe {campaign}",
        },
        "metrics": {
            "clicks": str(random.randrange(500)),
            "costMicros": str(random.randrange(10**5) * 10_000),
            "impressions": str(random.randrange(10**5)),
            "conversions": round(random.random() * 9, 2),
            "conversionsValue": round(random.random() * 900, 2),
        },
        "segments": {"date": day.isoformat()},
    }


def _meta(file: TextIO, size: int) -> None:
    """One page of insights."""
    random = Random(7)
    rows = _days_and_campaigns()
    file.write('{"data":[')
    while file.tell() < size:
        file.write("," if file.tell() > 10 else "")
        json.dump(_meta_row(random, *next(rows)), file)
    file.write("]}")


def _meta_row(random: Random, day: date, campaign: int) -> dict[str, Any]:
    return {
        "account_id": "1048826390417755",
        "account_currency": "EUR",
        "campaign_id": str(campaign),
        "campaign_name": f"DE_SOC_Lookalike {campaign}",
        "date_start": day.isoformat(),
        "date_stop": day.isoformat(),
        "spend": f"{random.randrange(10**5) / 100:.2f}",
        "impressions": str(random.randrange(10**5)),
        "inline_link_clicks": str(random.randrange(500)),
        "actions": [{"action_type": "purchase", "value": str(random.randrange(9))}],
        "action_values": [{"action_type": "purchase", "value": f"{random.randrange(90000) / 100:.2f}"}],
    }


def _days_and_campaigns() -> Iterator[tuple[date, int]]:
    """Every campaign on every day, so that no key comes twice."""
    campaign = 1000
    while True:
        for number in range(31):
            yield _FIRST + timedelta(days=number), campaign
        campaign += 1


_ANSWERS: dict[str, Callable[[TextIO, int], None]] = {"google_ads": _google, "meta_ads": _meta}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2])))
