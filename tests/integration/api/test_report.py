"""The report as a browser gets it: with a key as password, closed to scripts, for any period and department."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from outlay.page import PAGE, write_pages
from outlay.quality import VerdictStore
from outlay.settings import DataFolder
from outlay.spend_store import migrate
from tests.support.api_server import ApiServer
from tests.support.page_marts import company_of, publish_company, small_company
from tests.support.page_states import FAILED


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    folder = tmp_path_factory.mktemp("report")
    data = folder / "data"
    company = company_of(folder / "company")
    version = publish_company(data, small_company())
    write_pages(version, version.folder / PAGE, company)
    url = f"sqlite:///{DataFolder(data).spend_store}"
    migrate(url)
    server = ApiServer(folder / "company", data, url)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser(reports: ApiServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=reports.url, auth=("anyone", reports.make_key("budget:read", "roi:read"))) as client:
        yield client


def test_a_browser_is_asked_for_a_key_and_may_only_read_with_it(reports: ApiServer, browser: httpx.Client) -> None:
    stranger = httpx.get(f"{reports.url}/report")
    assert stranger.status_code == 401
    assert stranger.headers["www-authenticate"].startswith("Basic ")
    assert httpx.get(f"{reports.url}/report", auth=("anyone", "wrong")).status_code == 401
    # Elsewhere a credential that browsers repeat by themselves counts for nothing.
    assert browser.get("/api/v1/integrations/finance/status").status_code == 401
    assert browser.post("/report").status_code in (401, 405)
    half = reports.make_key("budget:read")
    assert httpx.get(f"{reports.url}/report", headers={"Authorization": f"Bearer {half}"}).status_code == 403


def test_the_report_and_its_pages(reports: ApiServer, browser: httpx.Client) -> None:
    answer = browser.get("/report")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert "default-src 'none'" in policy[0]
    assert "script" not in policy[0]
    assert "heading EUR" in answer.text
    assert 'href="report/campaigns.html"' in answer.text
    assert browser.get("/report/campaigns.html").status_code == 200
    assert browser.get("/report/campaigns/c-1.html").text.startswith("<!doctype html>")
    assert browser.get("/report/outlay.css").headers["content-type"] == "text/css; charset=utf-8"
    for outside in ("%2e%2e/manifest.json", "%2e%2e/outlay.duckdb", "nothing.html", "campaigns"):
        assert browser.get(f"/report/{outside}").status_code == 404


def test_another_period_and_department_are_asked_for_by_the_form(browser: httpx.Client) -> None:
    month = browser.get("/report", params={"period": "2026-02", "department": ""})
    assert "<option selected>2026-02</option>" in month.text
    department = browser.get("/report", params={"period": "2026-Q1", "department": "D1"})
    assert "department_id in (&#39;D1&#39;, &#39;D11&#39;)" in department.text
    unknown = browser.get("/report", params={"period": "2031-Q1"})
    assert (unknown.status_code, unknown.headers["content-type"]) == (404, "application/problem+json")
    assert "there is no period 2031-Q1" in unknown.json()["detail"]
    assert browser.get("/report", params={"month": "2026-02"}).status_code == 400


def test_a_later_run_that_failed_is_said_first(reports: ApiServer, browser: httpx.Client) -> None:
    store = VerdictStore(DataFolder(reports.data).verdicts)
    store.record("2026-02-15", [FAILED])
    text = browser.get("/report").text
    assert "Older data is shown" in text
    assert "google/2026-02-15.csv" in text
    mended = FAILED.as_json() | {"verdict": "passed", "fingerprint": "g"}
    store.record("2026-02-15", [type(FAILED).from_json(mended)])
    assert "Older data is shown" not in browser.get("/report").text
