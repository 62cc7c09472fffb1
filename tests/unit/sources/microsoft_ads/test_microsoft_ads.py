"""Microsoft: submit, poll, download; a CSV between a block of properties and the owner's line; whose day it is."""

from __future__ import annotations

import json
import logging
from datetime import date
from decimal import Decimal

import pytest

from outlay.sources.fetched.classify import Head
from outlay.sources.fetched.errors import AccessError, FetchError, QuotaError, SecretError
from outlay.sources.microsoft_ads.answers import classify, classify_download
from outlay.sources.microsoft_ads.zones import iana_of, word_of
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import Open, Opened, amounts, by_day

KIND = "microsoft_ads"
# 3.33 + 1.01, 4.44 + 1.02, 5.55 + 1.03, 6.66
SPENT = amounts("4.34", "5.46", "6.58", "6.66")


@pytest.fixture
def microsoft(open_ads: Open) -> Opened:
    return open_ads(KIND)


def test_submits_polls_and_reads_the_report(microsoft: Opened) -> None:
    microsoft.fake.world.switches["microsoft_polls"] = 3
    rows = microsoft.rows()
    assert by_day(rows) == SPENT
    assert microsoft.waits == [2, 4, 8]
    assert microsoft.control() == SPENT
    assert {name: value for name, value in rows[0].items() if name[0] != "_"} == {
        "platform": "microsoft_ads",
        "account_id": "180000001",
        "account_time_zone": "Europe/Berlin",
        "campaign_id": "5001",
        "campaign_name": "DE_BRD_Core-MS",
        "date_day": date(2026, 1, 30),
        "spend": Decimal("3.33"),
        "currency": "EUR",
        "impressions": 33,
        "clicks": 3,
        "conversions": Decimal(1),
        "conversions_value": Decimal("60.00"),
        "is_final": True,
    }
    assert microsoft.reading.unknown_fields == {}


def test_the_days_are_the_accounts_own_not_pacific_time(microsoft: Opened) -> None:
    # In another zone the fake moves a third of each day to the day before: the sums above would not come out.
    assert by_day(microsoft.rows()) == SPENT
    pacific = microsoft.fake.world.accounts[KIND]["180000001"]
    pacific.time_zone = "America/Los_Angeles"
    assert by_day(microsoft.rows()) == SPENT
    assert microsoft.account().time_zone == "America/Los_Angeles"


def test_another_time_zone_may_be_stated(open_ads: Open) -> None:
    moved = open_ads(KIND, report_time_zone="EasternTimeUSCanada")
    assert by_day(moved.rows()) != SPENT
    assert moved.pages[0].request.endswith("EasternTimeUSCanada")
    assert moved.account().time_zone == "America/New_York"


def test_time_zones_there_and_back() -> None:
    assert iana_of("AmsterdamBerlinBernRomeStockholmVienna") == "Europe/Berlin"
    assert word_of("Europe/Berlin") == "AmsterdamBerlinBernRomeStockholmVienna"
    assert word_of(iana_of("FijiKamchatkaMarshallIsland")) == "FijiKamchatkaMarshallIsland"


def test_a_report_without_an_address_is_a_day_without_data(microsoft: Opened) -> None:
    quiet = (date(2026, 3, 1), date(2026, 3, 31))
    assert microsoft.rows(*quiet) == []
    assert microsoft.pages == []
    assert microsoft.control(*quiet) == {}


def test_days_that_may_grow_are_not_final(microsoft: Opened) -> None:
    microsoft.fake.world.switches["microsoft_incomplete"] = True
    rows = microsoft.rows()
    assert by_day(rows) == SPENT
    assert {row["is_final"] for row in rows} == {False}


def test_days_that_may_grow_can_be_refused(open_ads: Open) -> None:
    strict = open_ads(KIND, only_complete_days=True)
    assert by_day(strict.rows()) == SPENT
    strict.fake.world.switches["microsoft_incomplete"] = True
    with pytest.raises(FetchError, match=r"NoCompleteDataAvaliable, 2004\); .* not finished a day .*run again later"):
        strict.rows()


def test_a_report_that_fails_is_submitted_once_more(microsoft: Opened) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "job_fails_at_100"))
    assert by_day(microsoft.rows()) == SPENT
    assert microsoft.asked("submit") == 2


def test_a_report_that_fails_again_is_an_error(microsoft: Opened) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "job_fails_at_100", times=None))
    with pytest.raises(FetchError, match="ended the report as 'Error', 2 times; run again later"):
        microsoft.rows()


def test_a_report_that_never_ends_is_given_up(microsoft: Opened) -> None:
    microsoft.fake.world.switches["microsoft_polls"] = 10_000
    with pytest.raises(FetchError, match="was not ready within 900 s; run again later"):
        microsoft.rows()
    assert sum(microsoft.waits) <= 900


# -- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 400, 500])
def test_waits_a_minute_when_it_called_too_often(microsoft: Opened, status: int) -> None:
    microsoft.fake.world.switches["microsoft_throttle_status"] = status
    microsoft.fake.world.faults.add(Fault(KIND, "throttle", times=2))
    assert by_day(microsoft.rows()) == SPENT
    assert microsoft.waits == [60, 60]


def test_a_throttle_that_stays_is_an_error(microsoft: Opened) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "throttle", times=None))
    with pytest.raises(QuotaError, match="CallRateExceeded, 117"):
        microsoft.rows()
    assert 0 < sum(microsoft.waits) <= 900


@pytest.mark.parametrize("step", ["submit", "poll", "rows"])
@pytest.mark.parametrize("name", ["server_error", "html_error_page", "cut_stream"])
def test_asks_again_after_a_passing_failure(microsoft: Opened, name: str, step: str) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, name, times=2, step=step))
    assert by_day(microsoft.rows()) == SPENT
    assert len(microsoft.waits) == 2


@pytest.mark.parametrize("detail", ["chunked", "length", "silent"])
def test_half_a_zip_is_asked_for_again(microsoft: Opened, detail: str) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "cut_stream", detail=detail, step="rows"))
    assert by_day(microsoft.rows()) == SPENT
    assert len(microsoft.waits) == 1


def test_renews_an_expired_token_and_sends_the_scope(microsoft: Opened) -> None:
    microsoft.fake.world.faults.add(Fault(KIND, "expired_token", step="poll"))
    assert by_day(microsoft.rows()) == SPENT
    assert microsoft.asked("token") == 2


def test_an_account_that_is_unknown_or_closed_to_us(microsoft: Opened) -> None:
    with pytest.raises(AccessError, match="The account ID is invalid"):
        microsoft.connector.describe("999")
    microsoft.fake.world.accounts[KIND]["180000001"].permitted = False
    with pytest.raises(AccessError, match="UserIsNotAuthorized, 106"):
        microsoft.account()


def test_a_wrong_developer_token_names_the_variables(microsoft: Opened) -> None:
    microsoft.fake.world.credentials[KIND]["developer_token"] = "canary-another"
    with pytest.raises(SecretError, match="MICROSOFT_ADS_DEVELOPER_TOKEN"):
        microsoft.account()


def test_the_address_of_a_report_is_in_no_log(microsoft: Opened, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    microsoft.rows()
    assert "GET" in caplog.text
    assert "canary" not in caplog.text


def _fault(code: int, status: int = 400, where: str = "OperationErrors") -> Head:
    return Head(status, {}, json.dumps({where: [{"Code": code, "ErrorCode": "E", "Message": "no"}]}).encode())


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (_fault(117, 500, "Errors"), "throttled"),
        (_fault(207), "throttled"),
        (_fault(109, 401, "Errors"), "unauthorized"),
        (_fault(105), "unauthorized"),
        (_fault(106), "forbidden"),
        (_fault(2003), "forbidden"),
        (_fault(2004), "permanent"),
        (_fault(2015), "permanent"),
        (_fault(0, 500, "Errors"), "transient"),
        (Head(200, {}, b'{"ReportRequestId":"1"}'), "ok"),
        (Head(200, {}, b"<html>"), "transient"),
        (Head(503, {}, b""), "transient"),
    ],
)
def test_classifies_by_number_whatever_the_status(head: Head, kind: str) -> None:
    assert classify(head).kind == kind


def test_classifies_downloads() -> None:
    assert classify_download(Head(200, {}, b"PK\x03\x04..PK\x05\x06" + bytes(18))).kind == "ok"
    assert classify_download(Head(200, {}, b"PK\x03\x04..")).kind == "transient"
    assert classify_download(Head(200, {}, b"<html>")).kind == "transient"
    assert classify_download(Head(503, {}, b"")).kind == "transient"
