"""An analyst in the Dagster UI: from the lineage to the rows that failed a gate in three clicks.

Pictures for a person to look at are written to the folder that OUTLAY_PAGE_PICTURES names.
"""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import DAYS, Place, day
from tests.support.runs import ROOT
from tests.support.servers import free_port

pytestmark = pytest.mark.slow
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
PATIENCE = 120.0
STATIONS = ("sources", "landing", "staging", "intermediate", "marts", "published")


@contextmanager
def dagster_ui(place: Place, log: Path) -> Iterator[str]:
    """`make ui` on one company; its address, once it answers."""
    port = free_port()
    environment = {**os.environ, "OUTLAY_COMPANY": str(place.company), "OUTLAY_DATA": str(place.data)}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.ui", "--port", str(port)],
            cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
        try:
            _wait_for(f"http://127.0.0.1:{port}/server_info", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url, timeout=2).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"the Dagster UI did not start:\n{log.read_text()[-3000:]}")


def break_rows(export: Path) -> None:
    """The first two rows have a negative number of clicks; the first is of a campaign whose id is a script."""
    lines = export.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = list(csv.reader(lines))
    at = next(number for number, row in enumerate(rows) if "Campaign ID" in row)
    clicks, campaign = rows[at].index("Clicks"), rows[at].index("Campaign ID")
    rows[at + 1][clicks], rows[at + 1][campaign], rows[at + 2][clicks] = "-7", HOSTILE, "-9"
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows[at:])
    export.write_text("".join(lines[:at]) + written.getvalue(), encoding="utf-8")


def test_from_the_lineage_to_the_failed_rows_in_three_clicks(
    ran_at_once: Place, browser: Any, pictures: Path, tmp_path: Path
) -> None:
    place = ran_at_once.copied_to(tmp_path)
    export = sorted((place.company / "exports" / "google_ads").glob("*.csv"))[-1]
    break_rows(export)
    refused = place.run(day(DAYS))
    assert refused.exit_code == 1
    assert "sources/google_ads: landed_partitions_pass" in refused.output
    assert "Error:" not in refused.errors

    with dagster_ui(place, tmp_path / "ui.log") as url:
        page = browser.new_page(viewport={"width": 1500, "height": 950})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{url}/asset-groups")
        tree = {name: page.get_by_text(name, exact=True).first for name in STATIONS}
        for name in STATIONS:
            tree[name].wait_for()
        assert page.get_by_text("Join the Dagster community").count() == 0
        page.screenshot(path=pictures / "dagster-1-lineage.png")

        caret = tree["sources"].bounding_box()
        page.mouse.click(caret["x"] - 39, caret["y"] + caret["height"] / 2)
        source = page.get_by_text("google_ads", exact=True).first
        source.wait_for()
        page.screenshot(path=pictures / "dagster-2-sources.png")
        source.click()
        check = page.get_by_text("landed_partitions_pass", exact=True).first
        check.wait_for()
        page.screenshot(path=pictures / "dagster-3-source.png")
        check.click()
        page.get_by_text("source_row", exact=True).wait_for()
        page.screenshot(path=pictures / "dagster-4-rows.png")

        cells = [row.inner_text().split("\t") for row in page.locator("table table tr").all()]
        rows = [dict(zip(cells[0], row, strict=True)) for row in cells[1:]]
        assert {(row["source_file"], row["source_row"], row["reason"]) for row in rows} == {
            (f"exports/google_ads/{export.name}", "1", "expected 0 <= clicks"),
            (f"exports/google_ads/{export.name}", "2", "expected 0 <= clicks"),
        }
        assert len(rows) == 2
        assert HOSTILE in {row["campaign_id"] for row in rows}
        assert "owned" not in page.title()
