"""What the fake knows, how tests change it, and that a landing zone is read as the staging models read it."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from tests.fakes.data import AD_PLATFORMS, World
from tests.fakes.server import FakeServer


def test_a_landing_zone_is_read_as_staging_does(sample: Path) -> None:
    world = World.from_landing(sample / "landing")
    told: dict[tuple[str, str, str, str], Decimal] = defaultdict(Decimal)
    for row in world.tables["platform_spend"]:
        told[row["platform"], row["account_id"], row["campaign_id"], str(row["date_day"])] += row["spend"]
    # The simulation's own books: each day as last delivered, restatements in, the two devices added up.
    with (sample / "truth" / "platform_spend.csv").open(encoding="utf-8") as file:
        true = {
            (row["platform"], row["account_id"], row["campaign_id"], row["date_day"]): Decimal(row["spend"])
            for row in csv.DictReader(file)
        }
    assert {key: value for key, value in told.items() if value} == {key: value for key, value in true.items() if value}
    assert set(world.accounts) == set(AD_PLATFORMS)
    assert world.accounts["linkedin_ads"]["508812745"].currency == "USD"
    assert world.accounts["linkedin_ads"]["508812745"].time_zone == "UTC"
    assert len(world.campaigns("google_ads", "412-884-9021")) + len(world.campaigns("google_ads", "731-550-1846")) == 27


def test_what_is_served_is_what_was_landed(sample: Path, fake: FakeServer) -> None:
    fake.world = World.from_landing(sample / "landing")
    token = fake.world.credentials["tiktok_ads"]["access_token"]
    asked = {
        "advertiser_id": "7219043355821801473", "data_level": "AUCTION_CAMPAIGN", "page_size": 1000,
        "dimensions": '["campaign_id","stat_time_day"]', "metrics": '["spend"]',
        "start_date": "2026-01-28", "end_date": "2026-02-02",
    }  # fmt: skip
    told = httpx.get(
        fake.url("tiktok_ads") + "/open_api/v1.3/report/integrated/get/", params=asked, headers={"Access-Token": token}
    ).json()["data"]["list"]
    with (sample / "truth" / "platform_spend.csv").open(encoding="utf-8") as file:
        true = [Decimal(row["spend"]) for row in csv.DictReader(file) if row["platform"] == "tiktok_ads"]
    assert sum(Decimal(row["metrics"]["spend"]) for row in told) == sum(true)


def test_the_small_company_adds_up() -> None:
    world = World.small()
    totals = {platform: world.total(platform) for platform in AD_PLATFORMS}
    assert totals == {
        "google_ads": Decimal("178.23"),
        "meta_ads": Decimal("75.40"),
        "linkedin_ads": Decimal("91.50"),
        "tiktok_ads": Decimal("84.65"),
        "microsoft_ads": Decimal("23.04"),
    }
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    for platform in AD_PLATFORMS:
        for account in world.accounts[platform]:
            days = world.by_day(platform, account, first, last)
            assert sum(row["spend"] for row in days) == world.total(platform, account)


def test_a_day_is_restated_emptied_and_a_campaign_removed() -> None:
    world = World.small()
    world.restate("meta_ads", "8001", date(2026, 1, 31), "10.00")
    assert world.total("meta_ads") == Decimal("70.40")
    world.empty_day("meta_ads", "700100200300", date(2026, 1, 31))
    assert world.total("meta_ads") == Decimal("56.30")
    assert world.spend("meta_ads", "700100200300", date(2026, 1, 31), date(2026, 1, 31)) == []
    world.remove_campaign("meta_ads", "8002")
    assert world.total("meta_ads") == Decimal("56.30")
    assert {world.name_of(row) for row in world.tables["platform_spend"] if row["campaign_id"] == "8002"} == {None}
    world.remove_campaign("meta_ads", "8002", keep_spend=False)
    assert world.total("meta_ads") == Decimal("48.00")
    with pytest.raises(KeyError, match="no row of campaign 8001"):
        world.restate("meta_ads", "8001", date(2026, 1, 31), "10.00")


def test_every_secret_is_a_canary(fake: FakeServer) -> None:
    environment = fake.world.environment()
    assert environment["GOOGLE_ADS_DEVELOPER_TOKEN"] == "canary-google_ads-developer_token"
    assert all("canary" in value for value in environment.values())
    assert len(set(environment.values())) == len(environment)


def test_a_world_can_be_exchanged_while_the_server_runs(fake: FakeServer) -> None:
    other = World.small()
    other.remove_campaign("meta_ads", "8001", keep_spend=False)
    fake.world = other
    state = httpx.get(fake.url("_control")).json()
    assert state["spend"]["meta_ads"] == "12.40"
    httpx.post(fake.url("_control"), json={"clear_faults": {}})


def test_the_control_endpoint_scripts_what_a_test_cannot_reach(fake: FakeServer) -> None:
    changes = [
        {"fault": {"kind": "tiktok_ads", "name": "throttle"}},
        {"restate": {"platform": "tiktok_ads", "campaign_id": "6001", "day": "2026-01-30", "spend": "1.00"}},
        {"permit": {"platform": "meta_ads", "account": "700100200300", "permitted": False}},
        {"switch": {"tiktok_page_size": 3}},
    ]
    assert httpx.post(fake.url("_control"), json=changes).json() == {"done": True}
    state = httpx.get(fake.url("_control")).json()
    assert state["faults"][0]["name"] == "throttle"
    assert state["spend"]["tiktok_ads"] == "65.65"
    assert state["accounts"]["meta_ads"]["700100200300"]["permitted"] is False
    assert fake.world.switches["tiktok_page_size"] == 3
    refused = httpx.post(fake.url("_control"), json={"fault": {"kind": "tiktok_ads", "name": "earthquake"}})
    assert (refused.status_code, "no fault is called 'earthquake'" in refused.text) == (400, True)
    assert httpx.post(fake.url("_control"), json={"switch": {"weather": 1}}).status_code == 400


def test_the_sample_is_left_alone(sample: Path, tmp_path: Path) -> None:
    """Two worlds of one landing zone share nothing."""
    shutil.copytree(sample / "landing", tmp_path / "landing")
    first, second = (World.from_landing(tmp_path / "landing") for _ in range(2))
    row = first.tables["platform_spend"][0]
    first.restate(row["platform"], row["campaign_id"], row["date_day"], "999.99")
    assert second.tables["platform_spend"][0]["spend"] != Decimal("999.99")
