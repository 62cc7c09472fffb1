"""The fake Google Ads, asked as its documentation says. The small company's sums were added up by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

SPEND = (
    "SELECT campaign.id, campaign.name, segments.date, metrics.cost_micros, metrics.impressions, metrics.conversions "
    "FROM campaign WHERE segments.date BETWEEN '2026-01-30' AND '2026-02-02'"
)


class Google:
    """A client with a token, as a person would write it."""

    def __init__(self, fake: FakeServer) -> None:
        self.fake = fake
        self.secrets = fake.world.credentials["google_ads"]
        self.client = httpx.Client(
            base_url=fake.url("google_ads"), headers={"developer-token": self.secrets["developer_token"]}
        )
        self.renew()

    def renew(self) -> None:
        form = {name: self.secrets[name] for name in ("client_id", "client_secret", "refresh_token")}
        told = self.client.post("/oauth2/token", data={"grant_type": "refresh_token", **form}).json()
        self.client.headers["Authorization"] = f"Bearer {told['access_token']}"

    def stream(self, query: str, customer: str = "1112223333") -> httpx.Response:
        return self.client.post(f"/v26/customers/{customer}/googleAds:searchStream", json={"query": query})

    def rows(self, query: str = SPEND, customer: str = "1112223333") -> list[dict[str, Any]]:
        answer = self.stream(query, customer)
        assert answer.status_code == 200, answer.text
        return [row for batch in answer.json() for row in batch.get("results", [])]


@pytest.fixture
def google(fake: FakeServer) -> Iterator[Google]:
    asked = Google(fake)
    yield asked
    asked.client.close()


def spend(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["metrics"].get("costMicros", "0")) / 1_000_000 for row in rows), Decimal(0))


def error(answer: httpx.Response) -> dict[str, Any]:
    """The one GoogleAdsFailure error of a stream's answer."""
    failures = answer.json()[0]["error"]["details"][0]["errors"]
    assert len(failures) == 1
    return dict(failures[0])


def test_a_stream_tells_each_campaign_and_day_once(google: Google) -> None:
    rows = google.rows()
    assert len({(row["campaign"]["id"], row["segments"]["date"]) for row in rows}) == len(rows) == 7
    assert spend(rows) == Decimal("52.23")
    assert rows[0]["metrics"] == {"costMicros": "10000000", "impressions": "100", "conversions": 1}
    # A figure of zero has no field.
    assert rows[1]["metrics"] == {"costMicros": "1100000", "impressions": "11"}


def test_the_other_account_has_its_own(google: Google) -> None:
    assert spend(google.rows(customer="4445556666")) == Decimal("126.00")


def test_batches_hold_the_same_rows(google: Google) -> None:
    google.fake.world.switches["google_batch_rows"] = 2
    batches = google.stream(SPEND).json()
    assert [len(batch["results"]) for batch in batches] == [2, 2, 2, 1]
    assert spend(google.rows()) == Decimal("52.23")


def test_pages_cover_every_row_once(google: Google) -> None:
    google.fake.world.switches["google_page_size"] = 3
    found, token = [], None
    while token != "":
        body = {"query": SPEND} | ({"pageToken": token} if token else {})
        page = google.client.post("/v26/customers/1112223333/googleAds:search", json=body).json()
        found += page["results"]
        token = page.get("nextPageToken", "")
    assert len(found) == 7
    assert spend(found) == Decimal("52.23")
    assert len(google.fake.world.asked("google_ads", "rows")) == 3


def test_a_made_up_page_token_is_refused(google: Google) -> None:
    answer = google.client.post("/v26/customers/1112223333/googleAds:search", json={"query": SPEND, "pageToken": "abc"})
    assert answer.status_code == 400
    assert "INVALID_PAGE_TOKEN" in answer.text


def test_the_customer_is_the_coarser_sum(google: Google) -> None:
    query = "SELECT segments.date, metrics.cost_micros FROM customer WHERE segments.date >= '2026-01-30'"
    days = {row["segments"]["date"]: spend([row]) for row in google.rows(query)}
    assert days == {
        "2026-01-30": Decimal("11.10"),
        "2026-01-31": Decimal("12.50"),
        "2026-02-01": Decimal("23.31"),
        "2026-02-02": Decimal("5.32"),
    }


def test_the_customer_without_figures_describes_the_account(google: Google) -> None:
    (row,) = google.rows("SELECT customer.id, customer.currency_code, customer.time_zone FROM customer LIMIT 1")
    assert row["customer"] == {
        "resourceName": "customers/1112223333",
        "id": "1112223333",
        "currencyCode": "EUR",
        "timeZone": "Europe/Berlin",
    }
    assert google.fake.world.requests[-1].step == "account"


def test_a_removed_campaign_keeps_its_cost_but_not_where_its_status_is_asked(google: Google) -> None:
    google.fake.world.remove_campaign("google_ads", "9002")
    assert spend(google.rows()) == Decimal("52.23")
    assert {row["campaign"].get("name") for row in google.rows()} == {"DE_BRD_Core", None}
    assert spend(google.rows(f"{SPEND} AND campaign.status != 'REMOVED'")) == Decimal("47.76")


def test_an_empty_answer_has_two_forms(google: Google) -> None:
    query = SPEND.replace("2026-01-30", "2025-01-30").replace("2026-02-02", "2025-02-02")
    assert google.stream(query).json() == []
    google.fake.world.switches["google_empty_as_batch"] = True
    assert "results" not in google.stream(query).json()[0]


def test_an_invoice_adds_up(google: Google) -> None:
    asked = {"billingSetup": "customers/1112223333/billingSetups/77", "issueYear": "2026", "issueMonth": "FEBRUARY"}
    (invoice,) = google.client.get("/v26/customers/1112223333/invoices", params=asked).json()["invoices"]
    (budget,) = invoice["accountBudgetSummaries"]
    assert invoice["id"] == "GGL-202601-3333"
    assert budget["servedAmountMicros"] == "23600000"
    assert budget["billedAmountMicros"] == "23100000"  # 23.60 - 0.50 delivered above the budget
    assert budget["subtotalAmountMicros"] == "21100000"  # and 2.00 of December's clicks taken back
    assert invoice["subtotalAmountMicros"] == "22280000"  # and a duty of 1.18
    assert google.client.get("/v26/customers/1112223333/invoices", params=asked | {"issueMonth": "MARCH"}).json() == {}


def test_a_wrong_token_a_wrong_developer_token_and_a_foreign_account(google: Google) -> None:
    google.fake.world.accounts["google_ads"]["111-222-3333"].permitted = False
    denied = google.stream(SPEND)
    assert denied.status_code == 403
    assert error(denied)["errorCode"] == {"authorizationError": "USER_PERMISSION_DENIED"}
    assert google.stream(SPEND, "9999999999").status_code == 403
    google.fake.world.switches["google_unknown_customer"] = "CUSTOMER_NOT_FOUND"
    assert google.stream(SPEND, "9999999999").status_code == 401
    assert google.stream(SPEND, "111-222-3333").status_code == 400
    google.client.headers["developer-token"] = "another"
    assert error(google.stream(SPEND, "4445556666"))["errorCode"] == {"authenticationError": "DEVELOPER_TOKEN_INVALID"}
    google.client.headers["Authorization"] = "Bearer another"
    assert google.stream(SPEND).json()[0]["error"]["status"] == "UNAUTHENTICATED"


def test_a_wrong_secret_is_refused_at_the_token_endpoint(google: Google) -> None:
    form = {"grant_type": "refresh_token", "client_id": google.secrets["client_id"], "refresh_token": "another"}
    answer = google.client.post("/oauth2/token", data=form | {"client_secret": google.secrets["client_secret"]})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    answer = google.client.post("/oauth2/token", data=form | {"client_secret": "another"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_throttles_name_their_delay_and_their_scope(google: Google) -> None:
    google.fake.world.faults.add(Fault("google_ads", "throttle", wait=3), Fault("google_ads", "developer_quota", at=2))
    short = google.stream(SPEND)
    assert short.status_code == 429
    assert error(short)["errorCode"] == {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"}
    assert error(short)["details"]["quotaErrorDetails"]["retryDelay"] == "3s"
    long = error(google.stream(SPEND))
    assert long["errorCode"] == {"quotaError": "RESOURCE_EXHAUSTED"}
    assert long["details"]["quotaErrorDetails"]["rateScope"] == "DEVELOPER"
    assert long["message"] == "Too many requests. Retry in 8962 seconds."
    assert spend(google.rows()) == Decimal("52.23")


def test_an_expired_token_is_refused_until_it_is_renewed(google: Google) -> None:
    google.fake.world.faults.add(Fault("google_ads", "expired_token", at=2))
    google.rows()
    assert google.stream(SPEND).status_code == 401
    assert google.stream(SPEND).status_code == 401
    google.renew()
    assert spend(google.rows()) == Decimal("52.23")


def test_a_token_may_last_a_number_of_requests(google: Google) -> None:
    google.fake.world.tokens.uses = 2
    google.renew()
    assert [google.stream(SPEND).status_code for _ in range(3)] == [200, 200, 401]


@pytest.mark.parametrize("how", ["chunked", "length"])
def test_a_stream_breaks_off_in_the_middle(google: Google, how: str) -> None:
    google.fake.world.faults.add(Fault("google_ads", "cut_stream", detail=how))
    with pytest.raises(httpx.RemoteProtocolError):
        google.stream(SPEND)
    assert spend(google.rows()) == Decimal("52.23")


def test_a_stream_may_end_early_without_a_word(google: Google) -> None:
    google.fake.world.faults.add(Fault("google_ads", "cut_stream", detail="silent"))
    answer = google.stream(SPEND)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_proxy_answers_with_a_page(google: Google) -> None:
    google.fake.world.faults.add(
        Fault("google_ads", "html_error_page"), Fault("google_ads", "html_error_page", at=2, detail="200")
    )
    statuses = [google.stream(SPEND) for _ in range(2)]
    assert [answer.status_code for answer in statuses] == [502, 200]
    assert all("<html>" in answer.text for answer in statuses)


def test_server_errors_pass(google: Google) -> None:
    google.fake.world.faults.add(Fault("google_ads", "server_error", times=2))
    assert [google.stream(SPEND).status_code for _ in range(3)] == [500, 500, 200]


def test_faults_of_the_rows(google: Google) -> None:
    names = ("repeated_row", "new_field", "missing_field", "retyped_field", "lost_row")
    google.fake.world.faults.add(*(Fault("google_ads", name, at=at) for at, name in enumerate(names, start=1)))
    repeated, more, missing, retyped, lost = (google.rows() for _ in names)
    assert len(repeated) == 8
    assert repeated[-1] == repeated[-2]
    assert all(row["metrics"]["newlyAddedFigure"] == "7" for row in more)
    assert not any("costMicros" in row["metrics"] for row in missing)
    assert retyped[0]["metrics"]["costMicros"] == "10.00"  # euros where micros were
    assert spend(lost) == Decimal("52.16")


def test_a_row_is_repeated_across_batches(google: Google) -> None:
    google.fake.world.switches["google_batch_rows"] = 4
    google.fake.world.faults.add(Fault("google_ads", "repeated_row"))
    first, second = google.stream(SPEND).json()
    assert second["results"][0] == first["results"][-1]


def test_a_field_that_is_gone_may_be_refused(google: Google) -> None:
    google.fake.world.faults.add(Fault("google_ads", "missing_field", detail="refused"))
    answer = google.stream(SPEND)
    assert answer.status_code == 400
    assert error(answer)["errorCode"] == {"queryError": "UNRECOGNIZED_FIELD"}


def test_control_and_account_are_not_touched_by_faults_of_the_rows(google: Google) -> None:
    google.fake.world.faults.add(Fault("google_ads", "throttle", times=None))
    assert google.stream("SELECT customer.id FROM customer").status_code == 200
    google.fake.world.faults.add(Fault("google_ads", "server_error", step="account"))
    assert google.stream("SELECT customer.id FROM customer").status_code == 500
