"""Meta: its many ways to say no, and what they mean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from outlay.sources.fetched.classify import Head
from outlay.sources.fetched.errors import AccessError, QuotaError, SecretError
from outlay.sources.meta_ads.answers import classify
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import Open, Opened, amounts, by_day

KIND = "meta_ads"
# 14.35 + 4.00, 15.00 + 4.10, 16.65, 17.00 + 4.30
SPENT = amounts("18.35", "19.10", "16.65", "21.30")


@pytest.fixture
def meta(open_ads: Open) -> Opened:
    """Asks at once: the four days are fewer than ten."""
    return open_ads(KIND, sync_days=10)


@pytest.mark.parametrize("code", ["4", "17", "32", "613", "80000", "80004"])
def test_waits_as_long_as_the_usage_header_says(meta: Opened, code: str) -> None:
    meta.fake.world.faults.add(Fault(KIND, "throttle", wait=180, detail=code))
    assert by_day(meta.rows()) == SPENT
    assert meta.waits == [180]  # three minutes


def test_a_wait_beyond_the_budget_is_an_error(meta: Opened) -> None:
    meta.fake.world.faults.add(Fault(KIND, "throttle", wait=7200, times=None))
    with pytest.raises(QuotaError, match="retry after 7200 s") as caught:
        meta.rows()
    assert caught.value.retry_after == 7200
    assert meta.waits == []


@pytest.mark.parametrize("name", ["server_error", "html_error_page", "cut_stream"])
def test_asks_again_after_a_passing_failure(meta: Opened, name: str) -> None:
    meta.fake.world.faults.add(Fault(KIND, name, times=2))
    assert by_day(meta.rows()) == SPENT
    assert len(meta.waits) == 2


@pytest.mark.parametrize("name", ["expired_token", "wrong_secret"])
def test_names_the_variable_of_a_token_that_is_refused(meta: Opened, name: str) -> None:
    meta.fake.world.faults.add(Fault(KIND, name))
    with pytest.raises(SecretError, match="set META_ADS_ACCESS_TOKEN") as caught:
        meta.rows()
    assert "canary" not in str(caught.value)


def test_an_account_that_is_unknown_or_closed_to_us(meta: Opened) -> None:
    with pytest.raises(AccessError, match="does not exist"):
        meta.connector.describe("999")
    meta.fake.world.accounts[KIND]["700100200300"].permitted = False
    with pytest.raises(AccessError, match="permission"):
        meta.account()


def _refused(code: int, **more: Any) -> Head:
    error = {"message": "no", "code": code, **more}
    return Head(400, {}, json.dumps({"error": error}).encode())


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (_refused(100, error_subcode=1487534), "too_much"),
        (_refused(1, message="Please reduce the amount of data you're asking for"), "too_much"),
        (_refused(1), "transient"),
        (_refused(100, is_transient=True), "transient"),
        (_refused(80014), "throttled"),
        (_refused(80015), "permanent"),
        (_refused(190), "unauthorized"),
        (_refused(200), "forbidden"),
        (_refused(100, error_subcode=33), "forbidden"),
        (_refused(100, message="(#100) Tried accessing nonexisting field (reach)"), "permanent"),
        (Head(200, {}, b'{"data":[]}'), "ok"),
        (Head(200, {}, b'{"data":['), "transient"),
        (Head(502, {}, b"<html>"), "transient"),
    ],
)
def test_classifies(head: Head, kind: str) -> None:
    assert classify(head).kind == kind
