"""The fake Graph API. The small company's sums were added up by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

FIELDS = (
    "account_id,account_currency,campaign_id,campaign_name,spend,impressions,inline_link_clicks,actions,action_values"
)
RANGE = json.dumps({"since": "2026-01-30", "until": "2026-02-02"})
REPORT = {"level": "campaign", "time_increment": "1", "time_range": RANGE, "fields": FIELDS}
ACT = "/v25.0/act_700100200300"


@pytest.fixture
def meta(fake: FakeServer) -> Iterator[httpx.Client]:
    token = fake.world.credentials["meta_ads"]["access_token"]
    with httpx.Client(base_url=fake.url("meta_ads"), headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def pages(meta: httpx.Client, path: str = f"{ACT}/insights", **more: Any) -> list[dict[str, Any]]:
    """Follows `next` until there is none."""
    answers = [meta.get(path, params={**REPORT, **more})]
    while following := answers[-1].json().get("paging", {}).get("next"):
        answers.append(meta.get(following))
    assert all(answer.status_code == 200 for answer in answers)
    return [answer.json() for answer in answers]


def rows(meta: httpx.Client, **more: Any) -> list[dict[str, Any]]:
    return [row for page in pages(meta, **more) for row in page["data"]]


def spend(found: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["spend"]) for row in found), Decimal(0))


def test_pages_cover_every_row_once(meta: httpx.Client) -> None:
    told = pages(meta, limit=3)
    found = [row for page in told for row in page["data"]]
    assert [len(page["data"]) for page in told] == [3, 3, 1]
    assert len({(row["campaign_id"], row["date_start"]) for row in found}) == 7
    assert spend(found) == Decimal("75.40")
    # The last page has a cursor behind it all the same.
    assert "next" not in told[-1]["paging"]
    assert told[-1]["paging"]["cursors"]["after"]


def test_every_figure_is_text_and_what_is_nothing_is_absent(meta: httpx.Client) -> None:
    first, second = rows(meta)[:2]
    assert (first["spend"], first["impressions"], first["inline_link_clicks"]) == ("14.35", "185", "9")
    purchases = {action["action_type"]: action["value"] for action in first["actions"]}
    assert purchases["purchase"] == purchases["omni_purchase"] == "1"
    assert first["action_values"][0]["value"] == "129.00"
    assert "action_values" not in second
    assert [action["action_type"] for action in second["actions"]] == ["link_click"]


@pytest.mark.parametrize(("level", "count"), [("account", 4), ("campaign", 7), ("ad", 14)])
def test_every_level_adds_up_to_the_same(meta: httpx.Client, level: str, count: int) -> None:
    found = rows(meta, level=level)
    assert len(found) == count
    assert spend(found) == Decimal("75.40")


def test_without_time_increment_a_row_is_the_whole_range(meta: httpx.Client) -> None:
    answer = meta.get(f"{ACT}/insights", params={**REPORT, "time_increment": "all_days"}).json()
    assert [(row["date_start"], row["date_stop"], row["spend"]) for row in answer["data"]] == [
        ("2026-01-30", "2026-02-02", "63.00"),
        ("2026-01-30", "2026-02-02", "12.40"),
    ]


def test_a_report_run_tells_the_same(meta: httpx.Client, fake: FakeServer) -> None:
    fake.world.switches["meta_polls"] = 2
    run = meta.post(f"{ACT}/insights", data=REPORT).json()["report_run_id"]
    assert meta.get(f"/v25.0/{run}/insights").status_code == 400
    polls = [meta.get(f"/v25.0/{run}").json() for _ in range(3)]
    assert [(poll["async_status"], poll["async_percent_completion"]) for poll in polls] == [
        ("Job Running", 100),
        ("Job Running", 100),
        ("Job Completed", 100),
    ]
    found = [row for page in pages(meta, f"/v25.0/{run}/insights", limit=5) for row in page["data"]]
    assert spend(found) == Decimal("75.40")


def test_a_report_run_may_be_slow_or_fail_after_all_of_it(meta: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("meta_ads", "slow_job", wait=4), Fault("meta_ads", "job_fails_at_100", at=2))

    def polled(times: int) -> list[tuple[str, int]]:
        run = meta.post(f"{ACT}/insights", data=REPORT).json()["report_run_id"]
        polls = [meta.get(f"/v25.0/{run}").json() for _ in range(times)]
        return [(poll["async_status"], poll["async_percent_completion"]) for poll in polls]

    assert polled(5) == [("Job Running", 33), ("Job Running", 66), ("Job Running", 100), ("Job Running", 100),
                         ("Job Completed", 100)]  # fmt: skip
    assert polled(3) == [("Job Running", 100), ("Job Failed", 100), ("Job Failed", 100)]
    assert polled(1) == [("Job Completed", 100)]


def test_removed_campaigns_must_be_asked_for(meta: httpx.Client, fake: FakeServer) -> None:
    fake.world.remove_campaign("meta_ads", "8002")
    assert spend(rows(meta)) == Decimal("63.00")
    assert spend(rows(meta, level="account")) == Decimal("75.40")
    wanted = [{"field": "campaign.effective_status", "operator": "IN", "value": ["ACTIVE", "DELETED"]}]
    found = rows(meta, filtering=json.dumps(wanted))
    assert spend(found) == Decimal("75.40")
    assert {row.get("campaign_name") for row in found} == {"DE_SOC_Lookalike", None}
    listed = meta.get(f"{ACT}/campaigns", params={"fields": "id,name"}).json()["data"]
    assert listed == [{"id": "8001", "name": "DE_SOC_Lookalike"}]


def test_the_account_and_who_may_not_see_it(meta: httpx.Client, fake: FakeServer) -> None:
    told = meta.get(ACT, params={"fields": "account_id,name,currency,timezone_name"}).json()
    assert (told["account_id"], told["currency"], told["timezone_name"]) == ("700100200300", "EUR", "Europe/Berlin")
    assert meta.get("/v25.0/act_1", params={"fields": "name"}).json()["error"]["error_subcode"] == 33
    fake.world.accounts["meta_ads"]["700100200300"].permitted = False
    denied = meta.get(ACT, params={"fields": "name"})
    assert (denied.status_code, denied.json()["error"]["code"]) == (403, 200)
    meta.headers["Authorization"] = "Bearer another"
    assert meta.get(ACT).json()["error"]["code"] == 190


def test_a_field_that_does_not_exist_fails_the_whole_request(meta: httpx.Client) -> None:
    answer = meta.get(f"{ACT}/insights", params={**REPORT, "fields": "spend,age_targeting"})
    assert answer.status_code == 400
    assert "nonexisting field (age_targeting)" in answer.json()["error"]["message"]


def test_a_throttle_is_http_400_and_its_wait_is_in_a_header_in_minutes(meta: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("meta_ads", "throttle", wait=90), Fault("meta_ads", "throttle", at=2, detail="80000"))
    first, second, third = (meta.get(f"{ACT}/insights", params=REPORT) for _ in range(3))
    assert (first.status_code, first.json()["error"]["code"], first.json()["error"]["error_subcode"]) == (
        400,
        17,
        2446079,
    )
    (usage,) = json.loads(first.headers["x-business-use-case-usage"]).values()
    assert (usage[0]["estimated_time_to_regain_access"], usage[0]["call_count"]) == (2, 100)
    assert second.json()["error"]["code"] == 80000
    assert third.status_code == 200
    assert json.loads(third.headers["x-fb-ads-insights-throttle"])["acc_id_util_pct"] == 12


def test_too_much_at_once(meta: httpx.Client, fake: FakeServer) -> None:
    fake.world.switches["meta_max_days"] = 2
    answer = meta.get(f"{ACT}/insights", params=REPORT)
    assert answer.json()["error"]["error_subcode"] == 1487534
    halves = [
        json.dumps({"since": a, "until": b}) for a, b in (("2026-01-30", "2026-01-31"), ("2026-02-01", "2026-02-02"))
    ]
    assert sum(spend(rows(meta, time_range=half)) for half in halves) == Decimal("75.40")


def test_the_token_stands_in_next_where_it_was_a_parameter(meta: httpx.Client, fake: FakeServer) -> None:
    token = fake.world.credentials["meta_ads"]["access_token"]
    assert token not in pages(meta, limit=2)[0]["paging"]["next"]
    assert token in pages(meta, limit=2, access_token=token)[0]["paging"]["next"]
    fake.world.switches["meta_next_repeats_header_token"] = True
    assert token in pages(meta, limit=2)[0]["paging"]["next"]


def test_faults_of_the_rows(meta: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(
        Fault("meta_ads", "repeated_row", at=2), Fault("meta_ads", "new_field", at=3),
        Fault("meta_ads", "missing_field", at=4), Fault("meta_ads", "retyped_field", at=5),
        Fault("meta_ads", "expired_token", at=6), Fault("meta_ads", "missing_field", at=7, detail="refused"),
    )  # fmt: skip
    first, second = pages(meta, limit=4)
    assert second["data"][0] == first["data"][-1]
    assert rows(meta)[0]["newlyAddedFigure"] == "7"
    assert "spend" not in rows(meta)[0]
    assert rows(meta)[0]["spend"] == {"value": "14.35", "currency": "EUR"}
    assert meta.get(f"{ACT}/insights", params=REPORT).json()["error"]["code"] == 190
    assert "nonexisting field (spend)" in meta.get(f"{ACT}/insights", params=REPORT).text
