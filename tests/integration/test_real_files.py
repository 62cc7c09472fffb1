"""The four real data sets come through landing to the cent; each figure is counted from the files a second way.

The files are not part of this repository. They are looked for in ../shared/data/real; without them the tests skip.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from outlay.company import ATTRIBUTION_MODELS, read_company
from outlay.landing import LandingReport, land, landed_partitions, write_quarantine
from tests.support.dbt_runs import build
from tests.support.landing import write_landing

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = REPOSITORY.parent / "shared" / "data" / "real"
CENT = Decimal("0.01")

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real data sets are not at {REAL}")


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real") / "landing"


@pytest.fixture(scope="module")
def reports(landing: Path) -> dict[str, LandingReport]:
    company = read_company(REPOSITORY / "tests" / "real")
    return {name: land(source, company, landing, as_of=date(2024, 1, 31)) for name, source in company.sources.items()}


def delivered(folder: str) -> list[dict[str, str]]:
    """Every row of a data set as text, headings in lower case, by nothing but the csv module."""
    rows = []
    for path in sorted((REAL / folder).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                rows.append({(name or "").strip().lower().replace(" ", "_"): text for name, text in row.items()})
    return rows


def is_day(text: str) -> bool:
    try:
        datetime.strptime(text.strip(), "%d/%m/%Y")  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        return False
    return True


def landed(landing: Path, entity: str, source: str, columns: str) -> list[tuple]:  # type: ignore[type-arg]
    pattern = f"{landing}/typed/{entity}/source={source}/**/part.parquet"
    return duckdb.sql(f"select {columns} from read_parquet('{pattern}', hive_partitioning = false)").fetchall()


def control_total(landing: Path, source: str) -> Decimal:
    stands = [one for one in landed_partitions(landing) if one.source == source]
    return sum((one.control_total for one in stands if one.control_total is not None), start=Decimal(0))


def test_the_ledger_ties_to_its_files_and_says_what_it_could_not_use(
    landing: Path, reports: dict[str, LandingReport]
) -> None:
    rows = delivered("ledger_oxford")
    dated = [row for row in rows if is_day(row["paid_date"])]
    times = Counter(tuple(text.strip() for text in row.values()) for row in dated)
    report = reports["oxford_ledger"]
    assert (report.rows_read, report.rows_landed) == (len(rows), len(times)) == (45230, 41391)
    assert [problem for problem in report.problems if problem.severity == "failed"] == []

    total = sum((Decimal(row["amount"]) for row in dated), start=Decimal(0))
    # Two lines of July to September 2015 stand in the file twice, word for word.
    repeated = sum((Decimal(row[6]) * (count - 1) for row, count in times.items()), start=Decimal(0))
    assert control_total(landing, "oxford_ledger") == total - repeated == Decimal("151314992.24")

    undated = sum((Decimal(row["amount"]) for row in rows if row["paid_date"] == "00:00:00"), start=Decimal(0))
    everything = sum((Decimal(row["amount"]) for row in rows if row["amount"]), start=Decimal(0))
    assert everything == control_total(landing, "oxford_ledger") + repeated + undated


def test_the_ledgers_quarantined_rows_by_reason(landing: Path, reports: dict[str, LandingReport]) -> None:
    out = landing / "run" / "quarantined_rows.parquet"
    count = write_quarantine(landing, date(2024, 1, 31), out)
    reasons = Counter(
        reason.split(" row ")[0].split(";")[0] for (reason,) in duckdb.sql(f"select reason from '{out}'").fetchall()
    )
    assert (count, reports["oxford_ledger"].rows_quarantined) == (3839, 3839)
    assert reasons == {
        'posting_date is "00:00:00"': 3836,  # April to June 2014
        "repeats": 2,
        "entry_id is empty": 1,  # a line that holds nothing but xxx
    }


def test_facebook_spend_is_rounded_half_up_to_the_cent_and_sums_to_the_files(
    landing: Path, reports: dict[str, LandingReport]
) -> None:
    rows = delivered("ads_facebook_kag")
    expected = sum((Decimal(row["spent"]).quantize(CENT, ROUND_HALF_UP) for row in rows), start=Decimal(0))
    report = reports["kag_facebook"]
    assert (
        (report.rows_read, report.rows_landed, report.rows_quarantined) == (len(rows), len(rows), 0) == (1143, 1143, 0)
    )
    assert control_total(landing, "kag_facebook") == expected == Decimal("58705.23")
    [(impressions, clicks, keys)] = landed(
        landing, "platform_spend", "kag_facebook", "sum(impressions), sum(clicks), count(distinct row_key)"
    )
    assert impressions == sum(int(row["impressions"]) for row in rows)
    assert clicks == sum(int(row["clicks"]) for row in rows)
    assert keys == len({(row["ad_id"], row["age"], row["gender"], row["interest"]) for row in rows})


def test_touches_and_conversions_come_from_one_stream(landing: Path, reports: dict[str, LandingReport]) -> None:
    rows = delivered("touchpoints_july2018")
    conversions = [row for row in rows if row["interaction"] == "conversion"]
    touches, converted = reports["july_touchpoints"], reports["july_conversions"]
    assert (touches.rows_landed, touches.rows_quarantined) == (len(rows), 0) == (31034, 0)
    assert (
        (converted.rows_landed, converted.rows_filtered)
        == (len(conversions), len(rows) - len(conversions))
        == (881, 30153)
    )
    revenue = sum((Decimal(row["conversion_value"]) for row in conversions), start=Decimal(0))
    assert control_total(landing, "july_conversions") == revenue
    channels = dict(landed(landing, "touchpoints", "july_touchpoints", "channel, count(*) over (partition by channel)"))
    assert channels == Counter(row["channel"] for row in rows)


def test_every_rate_of_the_central_bank_is_landed_and_none_is_invented(
    landing: Path, reports: dict[str, LandingReport]
) -> None:
    rows = delivered("fx_ecb")
    rates = {
        (row["date"], currency.upper()): Decimal(text)
        for row in rows
        for currency, text in row.items()
        if currency not in ("date", "") and text != "N/A"
    }
    report = reports["ecb_rates"]
    assert (report.rows_landed, report.rows_filtered, report.rows_quarantined) == (200285, 62320, 0)
    found = landed(landing, "fx_rates", "ecb_rates", "date_day::varchar, to_currency, rate")
    assert {(day, currency): rate for day, currency, rate in found} == rates
    assert len(found) == len(rates)


def test_landing_the_real_files_again_changes_nothing(landing: Path, reports: dict[str, LandingReport]) -> None:
    company = read_company(REPOSITORY / "tests" / "real")
    for source in company.sources.values():
        report = land(source, company, landing, as_of=date(2024, 1, 31))
        assert (report.files_read, report.changed) == (0, [])


@pytest.mark.slow
def test_every_model_divides_the_real_touchpoints_revenue_to_the_cent(
    landing: Path, reports: dict[str, LandingReport], tmp_path: Path
) -> None:
    """July 2018: all models side by side, on 31,034 touches of which 881 are conversions."""
    assert reports["july_touchpoints"].rows_landed
    rows = delivered("touchpoints_july2018")
    revenue = sum((Decimal(row["conversion_value"]) for row in rows if row["interaction"] == "conversion"), Decimal(0))
    july = {}
    for entity in ("touchpoints", "conversions"):
        pattern = f"{landing}/typed/{entity}/source=july_{entity}/**/part.parquet"
        table = duckdb.sql(f"select * from read_parquet('{pattern}', hive_partitioning = false)")
        july[entity] = table.to_arrow_table().to_pylist()
    write_landing(tmp_path / "landing", july, as_of="2018-07-31")
    selection = ("--select", "+touch_credits", "attribution_effects", "--exclude-resource-type", "unit_test")
    build(tmp_path / "landing", tmp_path / "warehouse.duckdb", *selection, "--indirect-selection", "buildable")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as warehouse:
        credited = warehouse.execute(
            "select model, sum(revenue_amount), sum(credit) from marts.touch_credits group by model"
        ).fetchall()
        unfitted = warehouse.execute(
            "select model, reason from marts.attribution_effects where share is null"
        ).fetchall()
    assert {model: (total, conversions) for model, total, conversions in credited} == dict.fromkeys(
        ATTRIBUTION_MODELS, (revenue, 881)
    )
    assert unfitted == []
