"""The fake Microsoft Advertising: submit, poll, download."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.fakes.faults import Fault
from tests.fakes.server import FakeServer

BERLIN = "AmsterdamBerlinBernRomeStockholmVienna"
COLUMNS = ["TimePeriod", "AccountId", "CampaignId", "CampaignName", "CurrencyCode", "Impressions", "Ctr", "Spend"]


class Microsoft:
    """A client with a token."""

    def __init__(self, fake: FakeServer) -> None:
        self.secrets = fake.world.credentials["microsoft_ads"]
        headers = {"DeveloperToken": self.secrets["developer_token"], "CustomerAccountId": "180000001"}
        self.client = httpx.Client(base_url=fake.url("microsoft_ads"), headers=headers)
        self.renew()

    def renew(self) -> None:
        form = {name: self.secrets[name] for name in ("client_id", "client_secret", "refresh_token")}
        told = self.client.post("/common/oauth2/v2.0/token", data={"grant_type": "refresh_token", **form}).json()
        self.client.headers["Authorization"] = f"Bearer {told['access_token']}"

    def submit(self, **more: Any) -> httpx.Response:
        request = {
            "Type": "CampaignPerformanceReportRequest",
            "Format": "Csv",
            "FormatVersion": "2.0",
            "ReportName": "spend",
            "Aggregation": "Daily",
            "Columns": COLUMNS,
            "Scope": {"AccountIds": [180000001]},
            "Time": {
                "CustomDateRangeStart": {"Day": 30, "Month": 1, "Year": 2026},
                "CustomDateRangeEnd": {"Day": 2, "Month": 2, "Year": 2026},
                "ReportTimeZone": BERLIN,
            },
        }
        return self.client.post("/Reporting/v13/GenerateReport/Submit", json={"ReportRequest": request | more})

    def poll(self, number: str) -> dict[str, Any]:
        answer = self.client.post("/Reporting/v13/GenerateReport/Poll", json={"ReportRequestId": number})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["ReportRequestStatus"])

    def report(self, **more: Any) -> str:
        """The text of the CSV."""
        status = self.poll(self.submit(**more).json()["ReportRequestId"])
        assert status["Status"] == "Success"
        archive = zipfile.ZipFile(io.BytesIO(httpx.get(status["ReportDownloadUrl"]).content))
        (name,) = archive.namelist()
        return archive.read(name).decode("utf-8-sig")

    def rows(self, **more: Any) -> list[dict[str, str]]:
        bare = {"ExcludeReportHeader": True, "ExcludeReportFooter": True}
        return list(csv.DictReader(io.StringIO(self.report(**bare, **more))))


@pytest.fixture
def microsoft(fake: FakeServer) -> Iterator[Microsoft]:
    asked = Microsoft(fake)
    yield asked
    asked.client.close()


def spend(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["Spend"]) for row in rows), Decimal(0))


def test_a_report_holds_every_row_once(microsoft: Microsoft) -> None:
    rows = microsoft.rows()
    assert len({(row["CampaignId"], row["TimePeriod"]) for row in rows}) == len(rows) == 7
    assert spend(rows) == Decimal("23.04")
    assert rows[0]["TimePeriod"] == "2026-01-30"
    assert rows[0]["Ctr"] == "9.09%"  # 3 of 33


def test_the_file_has_a_head_and_a_foot(microsoft: Microsoft) -> None:
    lines = microsoft.report(FormatVersion="1.0").split("\r\n")
    assert lines[0] == '"Report Name: spend"'
    assert '"Time Zone: (GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"' in lines
    assert '"Rows: 7"' in lines
    assert lines[9] == ""
    assert lines[10].startswith('"TimePeriod","AccountId"')
    assert lines[11].startswith('"1/30/2026","180000001"')
    assert lines[-2] == '"©2026 Microsoft Corporation. All rights reserved. "'


def test_devices_and_the_account_add_up_to_the_same(microsoft: Microsoft) -> None:
    devices = microsoft.rows(Columns=["TimePeriod", "CampaignId", "DeviceType", "Spend"])
    assert len(devices) == 14
    assert [row["Spend"] for row in devices[:2]] == ["2.06", "1.27"]  # 3.33, of which 62 % rounded down
    account = microsoft.rows(Type="AccountPerformanceReportRequest", Columns=["TimePeriod", "AccountId", "Spend"])
    assert [row["Spend"] for row in account] == ["4.34", "5.46", "6.58", "6.66"]
    assert spend(devices) == spend(account) == Decimal("23.04")


def test_without_time_period_there_is_one_row_a_campaign(microsoft: Microsoft) -> None:
    rows = microsoft.rows(Columns=["CampaignId", "Spend"])
    assert [(row["CampaignId"], row["Spend"]) for row in rows] == [("5001", "19.98"), ("5002", "3.06")]


def test_without_a_zone_the_days_are_cut_elsewhere(microsoft: Microsoft) -> None:
    time = {
        "CustomDateRangeStart": {"Day": 30, "Month": 1, "Year": 2026},
        "CustomDateRangeEnd": {"Day": 30, "Month": 1, "Year": 2026},
    }
    berlin = microsoft.rows(Time={**time, "ReportTimeZone": BERLIN})
    unset = microsoft.rows(Time=time)
    assert spend(berlin) == Decimal("4.34")
    # 3.33 - 1.09 + 1.46 of the next day's 4.44, 1.01 - 0.33 + 0.33 of 1.02
    assert spend(unset) == Decimal("4.71")


def test_no_rows_are_a_success_without_an_address(microsoft: Microsoft) -> None:
    day = {"Day": 1, "Month": 1, "Year": 2025}
    time = {"CustomDateRangeStart": day, "CustomDateRangeEnd": day, "ReportTimeZone": BERLIN}
    status = microsoft.poll(microsoft.submit(Time=time).json()["ReportRequestId"])
    assert status == {"ReportDownloadUrl": None, "Status": "Success"}


def test_jobs_may_be_slow_or_fail(microsoft: Microsoft, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("microsoft_ads", "slow_job", wait=2), Fault("microsoft_ads", "job_fails_at_100", at=2))
    slow = microsoft.submit().json()["ReportRequestId"]
    assert [microsoft.poll(slow)["Status"] for _ in range(3)] == ["Pending", "Pending", "Success"]
    failing = microsoft.submit().json()["ReportRequestId"]
    assert [microsoft.poll(failing)["Status"] for _ in range(3)] == ["Pending", "Error", "Error"]


def test_what_is_refused(microsoft: Microsoft, fake: FakeServer) -> None:
    fake.world.switches["microsoft_incomplete"] = True
    answer = microsoft.submit(ReturnOnlyCompleteData=True)
    assert answer.json()["OperationErrors"][0] | {"Message": ""} == {
        "Code": 2004, "ErrorCode": "NoCompleteDataAvaliable", "Message": "", "Details": None,
    }  # fmt: skip
    assert "Potential Incomplete Data: true" in microsoft.report()
    assert microsoft.submit(Columns=["Spend", "Dreams"]).status_code == 400
    assert microsoft.submit(Scope={"AccountIds": [1]}).status_code == 400
    fake.world.accounts["microsoft_ads"]["180000001"].permitted = False
    assert (microsoft.submit().status_code, microsoft.submit().json()["Errors"][0]["Code"]) == (403, 106)


def test_the_account(microsoft: Microsoft) -> None:
    told = microsoft.client.post("/CustomerManagement/v13/Account/Query", json={"AccountId": 180000001}).json()[
        "Account"
    ]
    assert (told["Id"], told["CurrencyCode"], told["TimeZone"]) == (180000001, "EUR", BERLIN)
    listed = microsoft.client.post("/CampaignManagement/v13/Campaigns/QueryByAccountId", json={"AccountId": 180000001})
    assert [one["Name"] for one in listed.json()["Campaigns"]] == ["DE_BRD_Core-MS", "DE_DSP_Prospects"]


def test_throttles_and_expired_tokens(microsoft: Microsoft, fake: FakeServer) -> None:
    fake.world.faults.add(Fault("microsoft_ads", "throttle"), Fault("microsoft_ads", "expired_token", at=2))
    throttled, expired, again = (microsoft.submit() for _ in range(3))
    assert (throttled.status_code, throttled.json()["Errors"][0]["Code"]) == (429, 117)
    assert [answer.json()["Errors"][0]["Code"] for answer in (expired, again)] == [109, 109]
    microsoft.renew()
    assert spend(microsoft.rows()) == Decimal("23.04")


def test_the_download_fails_like_a_blob_store_and_can_break_off(microsoft: Microsoft, fake: FakeServer) -> None:
    fake.world.faults.add(
        Fault("microsoft_ads", "server_error", step="rows"), Fault("microsoft_ads", "cut_stream", at=2)
    )
    url = microsoft.poll(microsoft.submit().json()["ReportRequestId"])["ReportDownloadUrl"]
    busy = httpx.get(url)
    assert (busy.status_code, busy.headers["content-type"]) == (503, "application/xml")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url)
    assert httpx.get(url).status_code == 200
    assert httpx.get(url.partition("?")[0]).status_code == 403


def test_faults_of_the_rows(microsoft: Microsoft, fake: FakeServer) -> None:
    names = ("repeated_row", "new_field", "missing_field", "retyped_field")
    fake.world.faults.add(*(Fault("microsoft_ads", name, at=at) for at, name in enumerate(names, start=1)))
    repeated, more, missing, retyped = (microsoft.rows() for _ in names)
    assert len(repeated) == 8
    assert more[0]["newlyAddedFigure"] == "7"
    assert "Spend" not in missing[0]
    assert retyped[0]["Spend"] == "3,33"
