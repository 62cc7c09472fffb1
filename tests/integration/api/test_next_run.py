"""What the API recorded lands with the next run: each record once, as it stands, whatever became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from outlay.company import CompanyError, read_company
from outlay.landing import land, prepare_landing
from outlay.settings import DataFolder
from outlay.sources import refresh
from outlay.sources.spend_store import NAME, with_recorded_spend
from tests.support.api_server import SPEND, ApiServer, api_server

DAY = date(2026, 3, 20)


@pytest.fixture
def recording(tmp_path: Path, store_url: str) -> Iterator[ApiServer]:
    # A company's own file store is found without being named.
    with api_server(tmp_path / "api", None if store_url.startswith("sqlite") else store_url) as server:
        yield server


def next_run(server: ApiServer, day: date, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Fetches and lands as a run of `day` does; the landed rows."""
    monkeypatch.setenv("OUTLAY_SPEND_STORE", server.store_url)
    data = DataFolder(server.data)
    on_server = not server.store_url.startswith("sqlite")
    company = with_recorded_spend(read_company(server.company), data, has_server=on_server)
    section = company.sources[NAME]
    prepare_landing(data.landing)
    refresh(section, company, data.landing, as_of=day)
    report = land(section, company, data.landing, as_of=day)
    assert report.problems == []
    with duckdb.connect() as connection:
        files = f"{data.landing}/typed/manual_spend/source={NAME}/**/*.parquet"
        found = connection.execute(f"from read_parquet('{files}') order by spend_id").to_arrow_table().to_pylist()
    return [{name: value for name, value in row.items() if value is not None} for row in found]


def put(client: httpx.Client, spend_id: str, **changes: str) -> None:
    assert client.put(f"/spend/{spend_id}", json={**SPEND, **changes}).status_code == 201


def test_records_land_once_and_as_they_stand(recording: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with recording.client(recording.make_key()) as client:
        put(client, "a", amount="100.05", net_or_gross="gross", tax_amount="15.97", invoice_number="R-1")
        put(client, "b", amount="1500", currency="JPY", spend_date="2026-02-27", channel="SEA")
        put(client, "c", spend_date="2026-03-31")  # after the run's day
        first = next_run(recording, DAY, monkeypatch)
        assert [(row["spend_id"], str(row["amount"]), row["currency"], row["state"]) for row in first] == [
            ("a", "100.0500", "EUR", "posted"),
            ("b", "1500.0000", "JPY", "posted"),
        ]
        assert (str(first[0]["tax_amount"]), first[0]["net_or_gross"], first[0]["invoice_number"]) == (
            "15.9700",
            "gross",
            "R-1",
        )
        assert (first[1]["channel"], first[1]["spend_date"]) == ("search", date(2026, 2, 27))
        assert "department_id" not in first[1]  # unmapped: the run's own rules may know better by then

        # A void of an old record changes that month; both halves stand there and neither counts.
        voided = client.post("/spend/b/void", json={"reason": "duplicate"}, headers={"Idempotency-Key": "v"}).json()
        second = next_run(recording, DAY + timedelta(days=11), monkeypatch)
    states = {row["spend_id"]: (str(row["amount"]), row["state"]) for row in second}
    assert states == {
        "a": ("100.0500", "posted"),
        "b": ("1500.0000", "voided"),
        "c": ("12.5000", "posted"),
        voided["reversal"]["spend_id"]: ("-1500.0000", "voided"),
    }
    reversal = next(row for row in second if row["spend_id"] == voided["reversal"]["spend_id"])
    assert (reversal["corrects_spend_id"], reversal["spend_date"]) == ("b", date(2026, 2, 27))
    assert next_run(recording, DAY + timedelta(days=11), monkeypatch) == second


def test_an_empty_store_lands_as_nothing(recording: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DataFolder(recording.data)
    monkeypatch.setenv("OUTLAY_SPEND_STORE", recording.store_url)
    on_server = not recording.store_url.startswith("sqlite")
    company = with_recorded_spend(read_company(recording.company), data, has_server=on_server)
    prepare_landing(data.landing)
    refresh(company.sources[NAME], company, data.landing, as_of=DAY)
    report = land(company.sources[NAME], company, data.landing, as_of=DAY)
    assert (report.problems, report.rows_landed) == ([], 0)


def test_a_company_may_name_its_store_itself(tmp_path: Path) -> None:
    text = '[company]\nname = "S"\ncurrency = "EUR"\n[sources.booked]\nkind = "spend_store"\nentity = "manual_spend"\n'
    (tmp_path / "company.toml").write_text(text)
    company = read_company(tmp_path)
    assert list(with_recorded_spend(company, DataFolder(tmp_path), has_server=True).sources) == ["booked"]
    with pytest.raises(CompanyError, match=r"credentials\.url or options\.file"):
        refresh(company.sources["booked"], company, tmp_path / "landing", as_of=DAY)
