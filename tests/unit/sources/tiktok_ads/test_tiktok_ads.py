"""TikTok: HTTP 200 whatever happened, thirty days a call, pages by number, `-` for no figure."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched.classify import Head
from outlay.sources.fetched.errors import AccessError, FetchError, QuotaError, SchemaError, SecretError
from outlay.sources.fetched.protocol import Account, RawPage, Reading
from outlay.sources.tiktok_ads.answers import classify
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import DAYS, Open, Opened, amounts, by_day

KIND = "tiktok_ads"
# 20.00 + 7.77, 18.00, 16.00, 14.00 + 8.88
SPENT = amounts("27.77", "18.00", "16.00", "22.88")


@pytest.fixture
def tiktok(open_ads: Open) -> Opened:
    return open_ads(KIND)


def test_reads_every_page(tiktok: Opened) -> None:
    tiktok.fake.world.switches["tiktok_served_page_size"] = 4
    rows = tiktok.rows()
    assert len(tiktok.pages) == 2  # 6 rows
    assert by_day(rows) == SPENT
    assert tiktok.control() == SPENT


@pytest.mark.parametrize("as_text", [True, False])
def test_reads_figures_written_as_text_or_as_numbers(tiktok: Opened, as_text: bool) -> None:
    tiktok.fake.world.switches["tiktok_numbers_as_text"] = as_text
    rows = tiktok.rows()
    assert by_day(rows) == SPENT
    assert sum(row["conversions"] for row in rows) == 5 + 4 + 4 + 1  # `-` on the other days
    assert sum(row["conversions_value"] for row in rows) == 200 + 160 + 160 + 40
    assert sum(row["impressions"] for row in rows) == 4696 + 4000 + 3900 + 3500 + 900 + 950
    assert tiktok.reading.unknown_fields == {}


def test_says_whose_a_row_is(tiktok: Opened) -> None:
    row = tiktok.rows()[0]
    assert (row["platform"], row["account_id"], row["currency"]) == ("tiktok_ads", "7200000001", "EUR")
    assert (row["campaign_id"], row["campaign_name"]) == ("6001", "DE_SOC_Creators")
    assert row["account_time_zone"] == "Europe/Berlin"


def test_asks_for_at_most_thirty_days_at_once(tiktok: Opened) -> None:
    rows = tiktok.rows(date(2026, 1, 1), date(2026, 1, 31))  # 31 days; the fake refuses more than 30
    assert by_day(rows) == {DAYS[0]: Decimal("27.77"), DAYS[1]: Decimal("18.00")}
    assert [page.request.partition("CAMPAIGN, ")[2] for page in tiktok.pages] == [
        "2026-01-01 to 2026-01-30, page 1",
        "2026-01-31 to 2026-01-31, page 1",
    ]


def test_asks_for_deleted_campaigns_too(tiktok: Opened) -> None:
    tiktok.rows()
    assert "STATUS_ALL" in tiktok.fake.world.asked(KIND, "rows")[0].query


def test_a_page_size_that_tiktok_does_not_take_is_an_error(tiktok: Opened) -> None:
    tiktok.fake.world.switches["tiktok_page_size"] = 500
    with pytest.raises(FetchError, match=r"page_size: must be between 1 and 500 \(code 40002\)"):
        tiktok.rows()


def test_a_smaller_page_size_may_be_stated(open_ads: Open) -> None:
    small = open_ads(KIND, page_size=2)
    small.fake.world.switches["tiktok_page_size"] = 500
    assert by_day(small.rows()) == SPENT
    assert len(small.pages) == 3


# -- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["throttle", "server_error", "html_error_page", "cut_stream"])
def test_asks_again_after_a_passing_failure(tiktok: Opened, name: str) -> None:
    tiktok.fake.world.faults.add(Fault(KIND, name, times=2))
    assert by_day(tiktok.rows()) == SPENT
    assert len(tiktok.waits) == 2


def test_a_throttle_that_stays_is_an_error(tiktok: Opened) -> None:
    tiktok.fake.world.faults.add(Fault(KIND, "throttle", times=None))
    with pytest.raises(QuotaError, match=r"Too many requests.*code 40100.*retry in an hour"):
        tiktok.rows()
    assert sum(tiktok.waits) <= 900


@pytest.mark.parametrize("code", [40105, 40102])
def test_names_the_variable_of_a_token_that_is_refused(tiktok: Opened, code: int) -> None:
    tiktok.fake.world.switches["tiktok_token_code"] = code
    tiktok.fake.world.faults.add(Fault(KIND, "expired_token"))
    with pytest.raises(SecretError, match=f"code {code}.*set TIKTOK_ADS_ACCESS_TOKEN"):
        tiktok.rows()


def test_an_account_that_is_unknown_or_closed_to_us(tiktok: Opened) -> None:
    with pytest.raises(AccessError, match="No permission to operate advertiser 999"):
        tiktok.connector.describe("999")
    tiktok.fake.world.accounts[KIND]["7200000001"].permitted = False
    with pytest.raises(AccessError, match="check accounts"):
        tiktok.account()


def _told(body: Any, status: int = 200) -> Head:
    return Head(status, {}, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (_told({"code": 0, "data": {}}), "ok"),
        (_told({"code": 40100, "message": "often"}), "throttled"),
        (_told({"code": 40105, "message": "token"}), "unauthorized"),
        (_told({"code": 40001, "message": "permission"}), "forbidden"),
        (_told({"code": 40002, "message": "metric"}), "permanent"),
        (_told({"code": 50002, "message": "internal"}), "transient"),
        (_told({"code": 59999, "message": "internal"}), "transient"),
        (_told({"message": "something else"}), "transient"),
        (Head(200, {}, b'{"code":0,"data":'), "transient"),
        (Head(200, {}, b"<html>"), "transient"),
        (Head(502, {}, b"<html>"), "transient"),
        # Too long to be seen whole: its beginning and its end tell.
        (Head(200, {}, b'{"code":0,"message":"OK","data":{"list":[', whole=False, tail=b"}]}}"), "ok"),
        (Head(200, {}, b'{"code":0,"message":"OK","data":{"list":[', whole=False, tail=b'{"dime'), "transient"),
    ],
)
def test_classifies_by_the_code_in_the_body(head: Head, kind: str) -> None:
    assert classify(head).kind == kind


def test_an_empty_list_of_advertisers_is_no_account(tiktok: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    world = tiktok.fake.world
    world.accounts[KIND]["7200000002"] = world.accounts[KIND]["7200000001"]  # answers with another id
    with pytest.raises(AccessError, match="TikTok knows no advertiser 7200000002"):
        tiktok.connector.describe("7200000002")


# -- what is read, and what changes ----------------------------------------------------------------------------------


def test_notes_a_new_field_and_refuses_a_missing_or_changed_one(tiktok: Opened) -> None:
    tiktok.fake.world.faults.add(Fault(KIND, "new_field", at=1), Fault(KIND, "missing_field", at=2))
    assert by_day(tiktok.rows()) == SPENT
    assert tiktok.reading.unknown_fields == {"metrics.newlyAddedFigure": "metrics"}
    with pytest.raises(SchemaError, match=r"field metrics\.spend: expected an amount, found None"):
        tiktok.rows()
    tiktok.fake.world.faults.add(Fault(KIND, "retyped_field"))
    with pytest.raises(SchemaError, match=r"field metrics\.spend: expected an amount, found '20,00'"):
        tiktok.rows()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"spend": "-"}, "metrics.spend"), ({"stat_time_day": "2026-02-01 07:00:00"}, "dimensions.stat_time_day")],
)
def test_refuses_a_row_without_its_cost_or_of_an_hour(
    tiktok: Opened, tmp_path: Path, changed: dict[str, str], field: str
) -> None:
    told = {"campaign_id": "1", "stat_time_day": "2026-02-01 00:00:00", "spend": "1.00", **changed}
    metrics = {"spend": told.pop("spend")}
    body = tmp_path / "page.json"
    body.write_text(json.dumps({"code": 0, "data": {"list": [{"dimensions": told, "metrics": metrics}]}}))
    with pytest.raises(SchemaError, match=f"field {field}"):
        list(tiktok.connector.parse(RawPage("", body), Account("7", currency="EUR"), Reading()))


def test_a_restated_day_an_emptied_one_and_a_removed_campaign(tiktok: Opened) -> None:
    world = tiktok.fake.world
    world.restate(KIND, "6002", DAYS[3], "0.00")
    world.empty_day(KIND, "7200000001", DAYS[1])
    world.remove_campaign(KIND, "6002")
    rows = tiktok.rows()
    assert by_day(rows) == amounts("27.77", "-", "16.00", "14.00")
    assert tiktok.control() == amounts("27.77", "-", "16.00", "14.00")
    assert {row["campaign_name"] for row in rows if row["campaign_id"] == "6002"} == {None}


def test_fewer_rows_than_tiktok_counts_are_refused(tiktok: Opened) -> None:
    tiktok.fake.world.faults.add(Fault(KIND, "lost_row"))
    with pytest.raises(FetchError, match="counts 6 rows and gave 5; run again later"):
        tiktok.rows()
    assert tiktok.control() == SPENT


def test_a_row_that_came_twice_does_not_hide_one_that_never_came(open_ads: Open) -> None:
    listed = open_ads(KIND, "campaigns", page_size=1)
    listed.fake.world.faults.add(
        Fault(KIND, "repeated_row", step="campaigns", at=1), Fault(KIND, "lost_row", step="campaigns", at=2)
    )
    with pytest.raises(FetchError, match="counts 2 rows and gave 1"):
        listed.rows()


def test_delivers_campaigns_by_name(open_ads: Open) -> None:
    listed = open_ads(KIND, "campaigns", page_size=1)
    rows = listed.rows()
    assert [(row["campaign_id"], row["name"]) for row in rows] == [
        ("6001", "DE_SOC_Creators"),
        ("6002", "DE_VID_TopView"),
    ]
    assert len(listed.pages) == 2
    assert rows[0]["daily_budget"] == 25
    assert listed.control() is None
