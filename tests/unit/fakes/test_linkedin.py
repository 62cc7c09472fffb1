"""The fake LinkedIn, asked in its own syntax, which httpx must not encode."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

QUERY = (
    "q=analytics&pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)"
    "&dateRange=(start:(year:2026,month:1,day:30),end:(year:2026,month:2,day:2))"
    "&accounts=List(urn%3Ali%3AsponsoredAccount%3A508000001)"
    "&fields=dateRange,pivotValues,costInLocalCurrency,impressions,clicks,externalWebsiteConversions"
)


@pytest.fixture
def linkedin(fake: FakeServer) -> Iterator[httpx.Client]:
    secrets = fake.world.credentials["linkedin_ads"]
    form = {name: secrets[name] for name in ("client_id", "client_secret", "refresh_token")}
    headers = {"LinkedIn-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}
    with httpx.Client(base_url=fake.url("linkedin_ads"), headers=headers) as client:
        told = client.post("/oauth2/token", data={"grant_type": "refresh_token", **form}).json()
        client.headers["Authorization"] = f"Bearer {told['access_token']}"
        yield client


def ask(linkedin: httpx.Client, query: str = QUERY) -> httpx.Response:
    return linkedin.get(httpx.URL(linkedin.base_url.join("rest/adAnalytics"), query=query.encode()))


def elements(linkedin: httpx.Client, query: str = QUERY) -> list[dict[str, Any]]:
    answer = ask(linkedin, query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["elements"])


def spend(found: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(one["costInLocalCurrency"]) for one in found), Decimal(0))


def test_one_answer_holds_every_row_once(linkedin: httpx.Client) -> None:
    found = elements(linkedin)
    assert len({(one["pivotValues"][0], str(one["dateRange"])) for one in found}) == len(found) == 7
    assert spend(found) == Decimal("91.50")
    assert found[0] == {
        "dateRange": {"start": {"year": 2026, "month": 1, "day": 30}, "end": {"year": 2026, "month": 1, "day": 30}},
        "pivotValues": ["urn:li:sponsoredCampaign:7001"],
        "costInLocalCurrency": "20.94",
        "impressions": 190,
        "clicks": 10,
        "externalWebsiteConversions": 1,
    }


def test_the_account_is_the_coarser_sum(linkedin: httpx.Client) -> None:
    found = elements(linkedin, QUERY.replace("CAMPAIGN", "ACCOUNT"))
    assert [one["costInLocalCurrency"] for one in found] == ["20.94", "22.25", "23.56", "24.75"]
    assert found[0]["pivotValues"] == ["urn:li:sponsoredAccount:508000001"]


def test_encoded_brackets_too_many_fields_and_missing_headers_are_refused(linkedin: httpx.Client) -> None:
    assert linkedin.get("/rest/adAnalytics", params={"q": "analytics", "pivot": "(value:CAMPAIGN)"}).status_code == 400
    assert ask(linkedin, QUERY.replace("(start:", "%28start:")).status_code == 400
    assert ask(linkedin, QUERY.replace("%3A", ":")).status_code == 400
    assert ask(linkedin, QUERY + ",clicks" * 15).status_code == 400
    assert ask(linkedin, QUERY + ",impressions" * 400).status_code == 414
    del linkedin.headers["X-Restli-Protocol-Version"]
    assert ask(linkedin).status_code == 400


def test_a_long_query_may_be_tunnelled(linkedin: httpx.Client) -> None:
    answer = linkedin.post("/rest/adAnalytics", content=QUERY, headers={"X-HTTP-Method-Override": "GET"})
    assert spend(answer.json()["elements"]) == Decimal("91.50")
    assert linkedin.post("/rest/adAnalytics", content=QUERY).status_code == 405


def test_without_permission_a_report_is_empty_and_only_the_account_says_so(
    linkedin: httpx.Client, fake: FakeServer
) -> None:
    told = linkedin.get("/rest/adAccounts/508000001").json()
    assert (told["id"], told["currency"]) == (508000001, "USD")
    fake.world.accounts["linkedin_ads"]["508000001"].permitted = False
    assert elements(linkedin) == []
    assert linkedin.get("/rest/adAccounts/508000001").status_code == 403
    assert linkedin.get("/rest/adAccounts/1").status_code == 404


def test_campaigns_come_in_pages(linkedin: httpx.Client, fake: FakeServer) -> None:
    fake.world.switches["linkedin_page_size"] = 1
    first = linkedin.get("/rest/adAccounts/508000001/adCampaigns", params={"q": "search"}).json()
    token = first["metadata"]["nextPageToken"]
    second = linkedin.get("/rest/adAccounts/508000001/adCampaigns", params={"q": "search", "pageToken": token}).json()
    names = [one["name"] for one in (*first["elements"], *second["elements"])]
    assert names == ["DE_B2B_Schools", "DE_B2B_Clubs"]
    assert second["metadata"] == {}


def test_an_answer_is_cut_without_a_word(linkedin: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("linkedin_ads", "silent_truncation"))
    found = elements(linkedin)
    assert len(found) == 15_000
    assert spend(found) == Decimal("43.19")  # 20.94 + 21.00 + 1.25: the first three of the seven
    assert len(elements(linkedin)) == 7
    fake.world.switches["linkedin_cap"] = 5
    assert len(elements(linkedin)) == 5


def test_money_may_carry_the_noise_of_floats(linkedin: httpx.Client, fake: FakeServer) -> None:
    fake.world.switches["linkedin_float_noise"] = True
    assert elements(linkedin)[0]["costInLocalCurrency"] == "20.93999999999996"


def test_a_throttle_names_no_delay(linkedin: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("linkedin_ads", "throttle"), Fault("linkedin_ads", "server_error", at=2))
    throttled, failed, fine = (ask(linkedin) for _ in range(3))
    assert (throttled.status_code, failed.status_code, fine.status_code) == (429, 500, 200)
    assert "Resource level throttle limit" in throttled.json()["message"]
    assert "retry-after" not in throttled.headers


def test_tokens_expire_and_a_long_lived_one_is_good_too(linkedin: httpx.Client, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("linkedin_ads", "expired_token"))
    assert [ask(linkedin).status_code for _ in range(2)] == [401, 401]
    linkedin.headers["Authorization"] = "Bearer " + fake.world.credentials["linkedin_ads"]["access_token"]
    assert ask(linkedin).status_code == 200


def test_faults_of_the_rows(linkedin: httpx.Client, fake: FakeServer) -> None:
    names = ("repeated_row", "new_field", "missing_field", "retyped_field")
    fake.world.faults.add(*(Fault("linkedin_ads", name, at=at) for at, name in enumerate(names, start=1)))
    repeated, more, missing, retyped = (elements(linkedin) for _ in names)
    assert len(repeated) == 8
    assert more[0]["newlyAddedFigure"] == "7"
    assert "costInLocalCurrency" not in missing[0]
    assert retyped[0]["costInLocalCurrency"] == {"amount": "20.94", "currencyCode": "USD"}
