"""A company that fetches from the fake: its folder, and that its connectors read what the world holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from outlay.company import Company, read_company
from outlay.landing import land
from outlay.sources.fetched.factory import ClientFactory
from outlay.sources.fetched.protocol import Reading
from outlay.sources.fetched.registry import connect
from outlay.sources.fetched.secrets import Secrets
from tests.fakes.company import write_company
from tests.fakes.data import AD_PLATFORMS, World
from tests.fakes.server import FakeServer

ROOT = Path(__file__).resolve().parents[3]
SPEND = ("campaign_id", "date_day", "spend", "currency", "campaign_name", "impressions", "clicks", "conversions",
         "conversions_value")  # fmt: skip


def fetched(company: Company, source: str, first_day: date, last_day: date) -> list[dict[str, Any]]:
    """The rows that a source's connector reads, account by account."""
    section = company.sources[source]
    factory = ClientFactory(section, Secrets(source, section.credentials))
    connector, rows = connect(section, company, factory), []
    for stated in section.accounts or ["all"]:
        account = connector.describe(stated)
        for page in connector.fetch(account, first_day, last_day):
            rows += [{"account_id": stated, **row} for row in connector.parse(page, account, Reading())]
    factory.close()
    return rows


def plain(row: dict[str, Any], columns: tuple[str, ...]) -> tuple[Any, ...]:
    """The row's cells; 1.50 and 1.5 are one."""
    cells = (row.get(column) for column in columns)
    return tuple(cell.normalize() if isinstance(cell, Decimal) else cell for cell in cells)


def test_a_company_like_another_keeps_all_but_what_it_fetches(sample: Path, fake: FakeServer, tmp_path: Path) -> None:
    fake.world = World.from_landing(sample / "landing")
    environment = write_company(tmp_path / "http", fake, like=sample)
    files, http = read_company(sample), read_company(tmp_path / "http")
    assert {name for name, one in http.sources.items() if one.kind != "files"} == {*AD_PLATFORMS, "ecb"}
    assert http.sources["google_ads"].accounts == ["412-884-9021", "731-550-1846"]
    assert http.sources["google_ads"].base_url == fake.url("google_ads")
    for name, section in files.sources.items():
        assert name in (*AD_PLATFORMS, "ecb") or http.sources[name] == section
    assert (http.company, http.channels, http.departments) == (files.company, files.channels, files.departments)
    assert len(list((tmp_path / "http").rglob("touchpoints_*.csv.gz"))) == 6
    assert not list((tmp_path / "http").rglob("google_ads_*.csv"))
    assert environment["META_ADS_ACCESS_TOKEN"] == fake.world.credentials["meta_ads"]["access_token"]
    assert "canary" not in (tmp_path / "http" / "company.toml").read_text()


def test_what_connectors_read_is_what_the_files_held(
    sample: Path, fake: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.world = World.from_landing(sample / "landing")
    for name, value in write_company(tmp_path, fake, like=sample).items():
        monkeypatch.setenv(name, value)
    company = read_company(tmp_path)
    for platform in AD_PLATFORMS:
        rows = fetched(company, platform, date(2026, 1, 28), date(2026, 2, 2))
        landed = [row for row in fake.world.tables["platform_spend"] if row["platform"] == platform]
        assert Counter(plain(row, SPEND) for row in rows) == Counter(plain(row, SPEND) for row in landed), platform
    rates = ("to_currency", "date_day", "rate")
    landed = [row for row in fake.world.tables["fx_rates"] if row["rate_type"] == "spot"]
    rows = fetched(company, "ecb", date(2025, 12, 1), date(2026, 2, 2))
    assert Counter(plain(row, rates) for row in rows) == Counter(plain(row, rates) for row in landed)


def test_without_another_company_the_rest_is_canonical_files(fake: FakeServer, tmp_path: Path) -> None:
    write_company(tmp_path, fake, platforms=AD_PLATFORMS[1:], options={"meta_ads": {"restatement_days": 5}})
    company = read_company(tmp_path)
    assert company.sources["meta_ads"].restatement_days == 5
    assert company.sources["meta_ads"].start == date(2026, 1, 30)
    assert {name for name, one in company.sources.items() if one.kind == "files"} == {
        "file_platform_spend", "file_campaigns", "file_platform_invoices",
    }  # fmt: skip
    report = land(company.sources["file_platform_spend"], company, tmp_path / "landing", as_of=date(2026, 2, 2))
    assert sum(partition.control_total or 0 for partition in report.changed) == Decimal("178.23")  # Google's


def test_bills_and_campaigns_may_be_fetched_as_well(
    fake: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in write_company(tmp_path, fake, campaigns=True, invoices=True).items():
        monkeypatch.setenv(name, value)
    company = read_company(tmp_path)
    assert "file_campaigns" not in company.sources
    assert "file_platform_invoices" not in company.sources  # all of the small company's are Google's
    names = {row["name"] for row in fetched(company, "meta_ads_campaigns", date(2026, 1, 1), date(2026, 2, 2))}
    assert names == {"DE_SOC_Lookalike", "DE_RTG_Basket"}
    lines = fetched(company, "google_ads_invoices", date(2026, 2, 1), date(2026, 2, 28))
    assert {row["line_kind"]: row["amount"] for row in lines} == {
        "media": Decimal("23.60"),
        "overdelivery_credit": Decimal("-0.50"),
        "invalid_activity_credit": Decimal("-2.00"),
        "regulatory_fee": Decimal("1.18"),
    }


def test_the_server_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "tests.fakes", "--port", "0", "--company", str(tmp_path / "company")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        lines = []
        try:
            while not lines or not lines[-1].startswith("# serving"):
                lines.append(process.stdout.readline())
                assert lines[-1], "the process ended before it served"
            told = dict(line.removeprefix("# ").strip().split(": base_url = ") for line in lines if "base_url" in line)
            state = httpx.get(told["ecb"].removesuffix("ecb") + "_control").json()
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
    assert state["spend"]["google_ads"] == "178.23"
    assert "export META_ADS_ACCESS_TOKEN=canary-meta_ads-access_token\n" in lines
    assert read_company(tmp_path / "company").sources["meta_ads"].base_url == told["meta_ads"]
