"""LinkedIn: silence where access is missing, tokens, throttles without a delay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from outlay.company import CompanyError
from outlay.sources.fetched.classify import Head
from outlay.sources.fetched.errors import AccessError, QuotaError, SecretError
from outlay.sources.linkedin_ads.answers import classify
from tests.fakes.faults import Fault
from tests.unit.sources.ads_asking import DAYS, Open, Opened, amounts, by_day

KIND = "linkedin_ads"
# 20.94, 21.00 + 1.25, 22.06 + 1.50, 23.00 + 1.75
SPENT = amounts("20.94", "22.25", "23.56", "24.75")


@pytest.fixture
def linkedin(open_ads: Open) -> Opened:
    return open_ads(KIND)


def test_the_account_is_probed_for_its_analytics_are_silent(linkedin: Opened) -> None:
    account = linkedin.account()
    linkedin.fake.world.accounts[KIND]["508000001"].permitted = False
    with pytest.raises(AccessError, match="Not enough permissions"):
        linkedin.account()
    # Revoked between the probe and the report: that one is empty, not refused.
    with pytest.raises(AccessError, match="Not enough permissions"):
        linkedin.connector.control_total(account, DAYS[0], DAYS[3])
    with pytest.raises(AccessError, match="Ad account not found"):
        linkedin.connector.describe("999")


def test_renews_an_expired_token(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, "expired_token"))
    assert by_day(linkedin.rows()) == SPENT
    assert linkedin.waits == []
    assert linkedin.asked("token") == 2


def test_a_wrong_refresh_token_names_the_variables(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, "wrong_secret", step="token", times=None))
    with pytest.raises(SecretError, match="LINKEDIN_ADS_REFRESH_TOKEN"):
        linkedin.rows()


def test_an_access_token_alone_is_enough_and_none_is_an_error(open_ads: Open) -> None:
    with_token = open_ads(KIND, credentials_only=["access_token"])
    assert by_day(with_token.rows()) == SPENT
    assert with_token.asked("token") == 0
    with pytest.raises(CompanyError, match="state access_token, or client_id, client_secret, refresh_token"):
        open_ads(KIND, credentials_only=["client_id"])


@pytest.mark.parametrize("name", ["throttle", "server_error", "html_error_page", "cut_stream"])
def test_asks_again_after_a_passing_failure(linkedin: Opened, name: str) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, name, times=2, step="rows"))
    assert by_day(linkedin.rows()) == SPENT
    assert len(linkedin.waits) == 2


def test_a_throttle_that_stays_says_when_the_quota_is_full_again(linkedin: Opened) -> None:
    linkedin.fake.world.faults.add(Fault(KIND, "throttle", times=None, step="rows"))
    with pytest.raises(QuotaError, match="daily limits end at midnight UTC"):
        linkedin.rows()
    assert sum(linkedin.waits) <= 900


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, {"elements": []}, "ok"),
        (429, {"message": "Resource level throttle limit for calls to this resource is reached."}, "throttled"),
        (401, {"message": "Invalid access token", "code": "INVALID_ACCESS_TOKEN"}, "unauthorized"),
        (403, {"message": "Not enough permissions"}, "forbidden"),
        (404, {"message": "Ad account not found"}, "forbidden"),
        (414, {"message": "Request-URI Too Long"}, "permanent"),
        (426, {"message": "Requested version 202401 is not active"}, "permanent"),
        (400, {"message": "Invalid query parameters"}, "permanent"),
        (500, {"message": "Internal Server Error"}, "transient"),
    ],
)
def test_classifies(status: int, body: dict[str, Any], kind: str) -> None:
    verdict = classify(Head(status, {}, json.dumps(body).encode()))
    assert verdict.kind == kind
    assert status != 426 or "options.api_version" in verdict.why
