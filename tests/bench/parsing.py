"""Platforms' answers into typed rows: rows a CPU-second for each connector, and the peak of memory for a large one."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from random import Random

import duckdb

from outlay.company import read_company
from outlay.landing.run import working_connection
from outlay.sources import open_fetched
from outlay.sources.base import PARSED_TABLE, Mark
from outlay.sources.fetched.protocol import Account, RawPage
from outlay.sources.fetched.spool import Spool
from tests.bench.ad_answers import FIRST, campaign_days, google_row
from tests.bench.answers import ANSWERS

LARGE = 100_000_000
ROWS = 60_000
GOAL = 40_000
_BATCH = 10_000
# What each connector is asked for: its main entity, and the options and credentials without which it does not open.
_SPEND, _LEDGER = "platform_spend", "ledger_entries"
_OAUTH = ("client_id", "client_secret", "refresh_token")
_SOURCES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "google_ads": (_SPEND, ("developer_token", *_OAUTH), ""),
    "meta_ads": (_SPEND, ("access_token",), ""),
    "linkedin_ads": (_SPEND, _OAUTH, ""),
    "tiktok_ads": (_SPEND, ("access_token",), ""),
    "microsoft_ads": (_SPEND, ("developer_token", *_OAUTH), ""),
    "netsuite": (_LEDGER, ("consumer_key", "consumer_secret", "token_id", "token_secret"), ""),
    "quickbooks": (_LEDGER, _OAUTH, ""),
    "xero": (_LEDGER, ("client_id", "client_secret"), 'tracking = ["department_id = Department"]'),
    "shopify": ("conversions", ("access_token",), 'columns = ["user_id = visitor_id"]'),
    "ecb": ("fx_rates", (), ""),
    "sql": (_LEDGER, ("url",), 'table = "ledger"'),
}
_ACCOUNTS = {"meta_ads": "1048826390417755", "microsoft_ads": "180000001"}
_WITHOUT_ACCOUNTS = ("ecb", "sql")


def measure(large: int = LARGE, rows: int = ROWS) -> None:
    """Print what it costs to parse `rows` rows of every connector, and an answer of `large` bytes from Google."""
    for kind, size in (*((kind, 0) for kind in ANSWERS), ("google_ads", large)):
        # A process of its own: the peak of memory is that of nothing else.
        command = [sys.executable, "-m", "tests.bench.parsing", kind, str(rows), str(size)]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": "."})


def main(kind: str, rows: int, size: int) -> int:
    """Parse generated answers of `rows` rows, or one of `size` bytes where that is not 0, into PARSED_TABLE."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        account = Account(_ACCOUNTS.get(kind, "412-884-9021"), "Bench", "EUR", "Europe/Berlin")
        pages = list(_large_answer(folder, size) if size else _answers(folder, kind, rows))
        size = sum(page.body.stat().st_size for page in pages)
        print(f"parsing: {kind}: {len(pages)} pages, {size / 1e6:.0f} MB, {_parsed(folder, kind, account, pages)}")
    return 0


def _answers(folder: Path, kind: str, rows: int) -> Iterator[RawPage]:
    for number, (role, suffix, content) in enumerate(ANSWERS[kind](rows)):
        path = folder / f"answer-{number:05d}{suffix}"
        path.write_bytes(content)
        yield RawPage("bench", path, role)


def _large_answer(folder: Path, size: int) -> Iterator[RawPage]:
    """An array of batches, as searchStream gives it, written batch by batch."""
    random, path, rows = Random(7), folder / "answer.json", campaign_days()
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        while file.tell() < size:
            batch = [google_row(random, *one) for one in islice(rows, _BATCH)]
            file.write("," if file.tell() > 1 else "")
            json.dump({"results": batch, "fieldMask": "campaign.id", "requestId": "bench"}, file, ensure_ascii=False)
        file.write("]")
    yield RawPage("bench", path)


def _parsed(folder: Path, kind: str, account: Account, pages: list[RawPage]) -> str:
    """Parses the pages as one delivery; what that cost, in words."""
    (folder / "company.toml").write_text(_company(kind, account), encoding="utf-8")
    company = read_company(folder)
    source = open_fetched(company.sources[kind], company, folder / "landing")
    work = folder / "work"
    work.mkdir()
    name = f"{account.id}/2026-01"
    Spool(source.spool.folder).swap_in(name, account, (FIRST, FIRST), 1, pages, None, work)
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
    told = [problem.message for one in parsed for problem in (*one.problems, *one.notes.values())]
    if told or not rows:
        raise SystemExit(f"parsing: {kind}: {told or 'no rows'}")
    return (
        f"{rows:,} rows: {rows / seconds:,.0f} rows a CPU-second (goal {GOAL:,}), peak memory {peak / 1024:.0f} MB, "
        f"{before / 1024:.0f} MB of it before (goal 500)"
    )


def _company(kind: str, account: Account) -> str:
    entity, credentials, options = _SOURCES[kind]
    accounts = "" if kind in _WITHOUT_ACCOUNTS else f'accounts = ["{account.id}"]'
    names = ", ".join(f'{name} = "{name.upper()}"' for name in credentials)
    # The bank's history is read from the first day on that can matter.
    start = "1999-01-04" if kind == "ecb" else FIRST
    return (
        f'[company]\nname = "Bench"\ncurrency = "EUR"\n\n[sources.{kind}]\nkind = "{kind}"\nentity = "{entity}"\n'
        f"{accounts}\nstart = {start}\ncredentials = {{ {names} }}\noptions = {{ {options} }}\n"
    )


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(f"select count(*) from {PARSED_TABLE} where _state = 'landed'").fetchone()
    return int(found[0]) if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
