"""Real exports through the whole corridor: every published total is the files' own, to the cent.

The files lie outside the project, in ../shared/data/real; without them there is nothing to compare with.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from tests.support.runs import ROOT, Outcome, outlay, status

REAL = ROOT.parent / "shared" / "data" / "real"
CENT = Decimal("0.01")
MARKETING = {"D3802", "D3303", "D3444", "D3807", "A0702"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.exists(), reason=f"the real files are not on this machine: {REAL}"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real") / "data"


@pytest.fixture(scope="module")
def outcome(data: Path) -> Outcome:
    return outlay("run", "--date", "2023-12-31", company=ROOT / "tests" / "real", data=data)


@pytest.fixture(scope="module")
def parquet(outcome: Outcome, data: Path) -> str:
    assert outcome.exit_code == 0, outcome.output
    return str(status(data)["published"]["parquet"])


def ask(sql: str, parquet: str) -> list[tuple]:
    return duckdb.sql(sql.format(t=parquet)).fetchall()


def pound_rates() -> dict[date, Decimal]:
    """Pounds per euro on each day, the last known rate on days without one."""
    (path,) = (REAL / "fx_ecb").glob("*.csv")
    with path.open(encoding="utf-8") as file:
        known = {date.fromisoformat(row["Date"]): Decimal(row["GBP"]) for row in csv.DictReader(file)}
    rates, day = {}, date(2013, 12, 1)
    while day < date(2017, 2, 1):
        rates[day] = known.get(day) or rates.get(day - timedelta(days=1)) or Decimal(0)
        day += timedelta(days=1)
    return rates


def marketing_payments() -> list[tuple[date, Decimal]]:
    """Day and pounds of every usable payment on a marketing account, a word-for-word repeat counted once."""
    payments, seen = [], set()
    for path in sorted((REAL / "ledger_oxford").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[1:]
        for row in rows:
            cells = tuple(cell.strip() for cell in row)
            if cells in seen or cells[3] not in MARKETING or not cells[4] or cells[4] == "00:00:00":
                continue
            seen.add(cells)
            payments.append((datetime.strptime(cells[4], "%d/%m/%Y").date(), Decimal(cells[6].replace(",", ""))))  # noqa: DTZ007
    return payments


def test_the_run_says_that_days_without_a_rate_took_the_last_known(outcome: Outcome) -> None:
    assert outcome.exit_code == 0, outcome.output
    assert "took the last known one" in outcome.output


def test_marketing_payments_tie_to_the_penny_and_their_euros_to_the_cent(parquet: str) -> None:
    payments, rates = marketing_payments(), pound_rates()
    ((pounds, euros),) = ask(
        "select sum(amount_doc), sum(amount) from '{t}/spend_daily.parquet' where origin = 'ledger'", parquet
    )
    assert pounds == sum(amount for _, amount in payments)
    converted = [(amount / rates[day]).quantize(CENT, ROUND_HALF_EVEN) for day, amount in payments]
    # Lines of one day, vendor and channel are one row, rounded once: half a cent a row may lie between.
    assert abs(euros - sum(converted)) <= CENT / 2 * len(payments)


def test_facebook_spend_is_the_sum_of_its_rows_rounded_half_up(parquet: str) -> None:
    (path,) = (REAL / "ads_facebook_kag").glob("*.csv")
    with path.open(encoding="utf-8") as file:
        spent = sum(Decimal(row["Spent"]).quantize(CENT, ROUND_HALF_UP) for row in csv.DictReader(file))
    found = ask("select sum(amount_doc) from '{t}/spend_daily.parquet' where platform = 'facebook'", parquet)
    assert found == [(spent,)]


def test_every_model_credits_the_revenue_of_the_study(parquet: str) -> None:
    (path,) = (REAL / "touchpoints_july2018").glob("*.csv")
    with path.open(encoding="utf-8") as file:
        values = [
            Decimal(row["conversion_value"]) for row in csv.DictReader(file) if row["interaction"] == "conversion"
        ]
    found = ask(
        "select sum(revenue_amount), count(distinct conversion_id) from '{t}/touch_credits.parquet' group by model",
        parquet,
    )
    assert len(found) == 11
    assert set(found) == {(sum(values).quantize(CENT), len(values))}


def test_no_row_is_lost_and_every_reason_is_stated(parquet: str) -> None:
    found = ask(
        "select source, count(*), count(distinct reason) from '{t}/quarantined_rows.parquet' group by source", parquet
    )
    assert [(source, rows) for source, rows, _ in found] == [("oxford_ledger", 3839)]
