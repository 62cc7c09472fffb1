"""The fake TikTok: HTTP 200 whatever happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

REPORT = {
    "advertiser_id": "7200000001",
    "report_type": "BASIC",
    "data_level": "AUCTION_CAMPAIGN",
    "dimensions": json.dumps(["campaign_id", "stat_time_day"]),
    "metrics": json.dumps(["campaign_name", "spend", "impressions", "clicks", "conversion", "total_purchase_value"]),
    "start_date": "2026-01-30",
    "end_date": "2026-02-02",
    "page_size": 1000,
}
PATH = "/open_api/v1.3/report/integrated/get/"


@pytest.fixture
def tiktok(fake: FakeServer) -> Iterator[httpx.Client]:
    headers = {"Access-Token": fake.world.credentials["tiktok_ads"]["access_token"]}
    with httpx.Client(base_url=fake.url("tiktok_ads"), headers=headers) as client:
        yield client


def ask(tiktok: httpx.Client, **more: Any) -> dict[str, Any]:
    answer = tiktok.get(PATH, params={**REPORT, **more})
    assert answer.status_code == 200
    return dict(answer.json())


def spend(found: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(str(row["metrics"]["spend"])) for row in found), Decimal(0))


def test_pages_cover_every_row_once(tiktok: httpx.Client) -> None:
    pages = [ask(tiktok, page=number, page_size=4)["data"] for number in (1, 2)]
    assert pages[0]["page_info"] == {"page": 1, "page_size": 4, "total_number": 6, "total_page": 2}
    found = [row for page in pages for row in page["list"]]
    assert len({(row["dimensions"]["campaign_id"], row["dimensions"]["stat_time_day"]) for row in found}) == 6
    assert spend(found) == Decimal("84.65")


def test_figures_are_text_and_nothing_is_a_hyphen(tiktok: httpx.Client, fake: FakeServer) -> None:
    found = ask(tiktok)["data"]["list"]
    assert found[0]["dimensions"] == {"campaign_id": "6001", "stat_time_day": "2026-01-30 00:00:00"}
    assert found[0]["metrics"]["spend"] == "20.00"
    assert found[1]["metrics"]["conversion"] == "-"
    fake.world.switches["tiktok_numbers_as_text"] = False
    assert ask(tiktok)["data"]["list"][0]["metrics"]["spend"] == 20
    assert spend(ask(tiktok)["data"]["list"]) == Decimal("84.65")


def test_the_advertiser_is_the_coarser_sum(tiktok: httpx.Client) -> None:
    told = ask(
        tiktok,
        data_level="AUCTION_ADVERTISER",
        dimensions='["advertiser_id","stat_time_day"]',
        metrics='["spend"]',
    )
    assert [row["metrics"]["spend"] for row in told["data"]["list"]] == ["27.77", "18.00", "16.00", "22.88"]


def test_deleted_campaigns_must_be_asked_for(tiktok: httpx.Client, fake: FakeServer) -> None:
    fake.world.remove_campaign("tiktok_ads", "6002")
    assert spend(ask(tiktok)["data"]["list"]) == Decimal("68.00")
    every = json.dumps([{"field_name": "campaign_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}])
    assert spend(ask(tiktok, filtering=every)["data"]["list"]) == Decimal("84.65")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"page_size": 1001}, 40002),
        ({"start_date": "2026-01-01", "end_date": "2026-01-31"}, 40002),  # 31 days
        ({"metrics": '["spend","cost_per_dream"]'}, 40002),
        ({"dimensions": "campaign_id"}, 40002),
        ({"advertiser_id": "1"}, 40001),
    ],
)
def test_what_is_refused_is_a_code(tiktok: httpx.Client, more: dict[str, Any], code: int) -> None:
    assert ask(tiktok, **more)["code"] == code


def test_tokens_and_permissions(tiktok: httpx.Client, fake: FakeServer) -> None:
    asked = {"advertiser_ids": '["7200000001"]', "fields": '["advertiser_id","currency","timezone"]'}
    (told,) = tiktok.get("/open_api/v1.3/advertiser/info/", params=asked).json()["data"]["list"]
    assert told == {"advertiser_id": "7200000001", "currency": "EUR", "timezone": "Europe/Berlin"}
    fake.world.accounts["tiktok_ads"]["7200000001"].permitted = False
    assert ask(tiktok)["code"] == 40001
    tiktok.headers["Access-Token"] = "another"
    assert ask(tiktok)["code"] == 40105
    fake.world.switches["tiktok_token_code"] = 40102
    assert ask(tiktok)["code"] == 40102


def test_failures_have_http_200(tiktok: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(
        Fault("tiktok_ads", "throttle"), Fault("tiktok_ads", "server_error", at=2),
        Fault("tiktok_ads", "server_error", at=3, detail="50002"), Fault("tiktok_ads", "expired_token", at=4),
    )  # fmt: skip
    assert [ask(tiktok)["code"] for _ in range(5)] == [40100, 50000, 50002, 40105, 0]


def test_faults_of_the_rows(tiktok: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(
        Fault("tiktok_ads", "repeated_row", at=2), Fault("tiktok_ads", "retyped_field", at=3),
        Fault("tiktok_ads", "missing_field", at=4), Fault("tiktok_ads", "missing_field", at=5, detail="refused"),
    )  # fmt: skip
    first, second = (ask(tiktok, page=page, page_size=3)["data"]["list"] for page in (1, 2))
    assert second[0] == first[-1]
    assert ask(tiktok)["data"]["list"][0]["metrics"]["spend"] == "20,00"
    assert "spend" not in ask(tiktok)["data"]["list"][0]["metrics"]
    assert ask(tiktok)["code"] == 40002


def test_the_list_of_campaigns(tiktok: httpx.Client) -> None:
    told = tiktok.get("/open_api/v1.3/campaign/get/", params={"advertiser_id": "7200000001", "page_size": 1}).json()
    assert told["data"]["page_info"]["total_page"] == 2
    assert told["data"]["list"][0]["campaign_name"] == "DE_SOC_Creators"
