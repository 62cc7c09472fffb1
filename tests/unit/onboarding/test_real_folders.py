"""`outlay init` on files that nobody made for it: every usable row lands by what it wrote, unedited.

The real files lie outside the project, in ../shared/data/real; the sample company is made here, and the mapping that
people wrote for it is what init's own is compared with.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from outlay.landing import land
from outlay.sample import write_sample
from tests.support.runs import ROOT
from tests.unit.onboarding.starting import Start

REAL = ROOT.parent / "shared" / "data" / "real"
CENT = Decimal("0.01")
pytestmark = pytest.mark.slow


def _rows(folder: str) -> list[list[str]]:
    """Every data row of every file of a real folder, a word-for-word repeat within its file once."""
    found = []
    for path in sorted((REAL / folder).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [tuple(cell.strip() for cell in row) for row in csv.reader(file)][1:]
        found += [[*row] for row in dict.fromkeys(rows) if any(row)]
    return found


def _is_day(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _ledger() -> dict[str, tuple[int, Decimal]]:
    usable = [row for row in _rows("ledger_oxford") if _is_day(row[4], "%d/%m/%Y")]
    return {"ledger_entries": (len(usable), sum((Decimal(row[6].replace(",", "")) for row in usable), Decimal(0)))}


def _facebook() -> dict[str, tuple[int, Decimal]]:
    spent = [Decimal(row[9]).quantize(CENT, ROUND_HALF_UP) for row in _rows("ads_facebook_kag")]
    return {"platform_spend": (len(spent), sum(spent, Decimal(0)))}


def _touches() -> dict[str, tuple[int, Decimal]]:
    rows = _rows("touchpoints_july2018")
    values = [Decimal(row[4]) for row in rows if row[2] == "conversion"]
    return {"touchpoints": (len(rows), Decimal(0)), "conversions": (len(values), sum(values, Decimal(0)))}


def _rates() -> dict[str, tuple[int, Decimal]]:
    cells = [cell for row in _rows("fx_ecb") for cell in row[1:] if cell not in ("", "N/A")]
    return {"fx_rates": (len(cells), sum(map(Decimal, cells), Decimal(0)))}


AMOUNTS = {"ledger_entries": "amount", "platform_spend": "spend", "conversions": "revenue", "fx_rates": "rate"}


@pytest.mark.skipif(not REAL.exists(), reason=f"the real files are not on this machine: {REAL}")
@pytest.mark.parametrize(
    ("folder", "usable"),
    [
        ("ledger_oxford", _ledger),
        ("ads_facebook_kag", _facebook),
        ("touchpoints_july2018", _touches),
        ("fx_ecb", _rates),
    ],
)
def test_every_usable_row_lands_unedited(
    tmp_path: Path, folder: str, usable: Callable[[], dict[str, tuple[int, Decimal]]]
) -> None:
    start = Start(tmp_path / folder)
    start.folder.mkdir()
    for path in (REAL / folder).glob("*.csv"):
        shutil.copyfile(path, start.folder / path.name)
    told = start.init("--yes")
    assert told.exit_code == 0, told.output
    start.land()
    for entity, expected in usable().items():
        amount = AMOUNTS.get(entity)
        ((rows, total),) = start.rows(entity, f"count(*), {f'sum({amount})' if amount else '0'}")
        assert (rows, Decimal(total)) == expected


def test_the_sample_company_lands_as_by_the_mapping_that_people_wrote(tmp_path: Path) -> None:
    start = Start(tmp_path / "sample")
    write_sample(start.folder, days=6, scale=0.02, start=date(2026, 1, 1))
    shutil.rmtree(start.folder / "truth")
    written = start.company()
    expected = {
        (one.entity, one.glob.split("/")[1]): land(one, written, tmp_path / "by_hand", as_of=date.max).rows_landed
        for one in written.sources.values()
        if one.glob
    }
    told = start.init("--yes", "--force")
    assert told.exit_code == 0, told.output
    ours, reports = start.company(), start.land()
    found = {
        (one.entity, one.glob.split("/")[1]): reports[name].rows_landed
        for name, one in ours.sources.items()
        if one.glob
    }
    assert found == {key: rows for key, rows in expected.items() if rows}
