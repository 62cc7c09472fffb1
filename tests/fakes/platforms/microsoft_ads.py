"""Microsoft Advertising over REST: a report is submitted, polled for, and downloaded as a ZIP with one CSV."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import json_answer, spoilt
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms import microsoft_errors as errors
from tests.fakes.platforms.microsoft_report import COLUMNS, ZONES, days_of, packed, report_rows
from tests.fakes.tokens import bearer, token_routes

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, World

KIND = "microsoft_ads"
STEPS = {
    "throttle": ("submit", "poll", "campaigns"),
    "server_error": ("submit", "poll", "rows", "campaigns"),
    "cut_stream": ("rows", "campaigns"),
    "expired_token": ("submit", "poll", "campaigns"),
    "html_error_page": ("submit", "poll", "rows", "campaigns"),
    "wrong_secret": ("token",),
    "repeated_row": ("rows",),
    "lost_row": ("rows",),
    "new_field": ("rows",),
    "missing_field": ("rows",),
    "retyped_field": ("rows",),
    "slow_job": ("submit",),
    "job_fails_at_100": ("submit",),
}
_SLOW_POLLS = 3


@dataclass
class _Job:
    account: FakeAccount
    request: dict[str, Any]
    token: str
    states: list[str]

    @property
    def is_control(self) -> bool:
        return str(self.request.get("Type", "")).startswith("AccountPerformance")


def routes(world: World) -> list[Route]:
    jobs = _Jobs(world)
    desk = Desk(world, KIND, refusals=errors.REFUSALS, steps=STEPS, guard=_guard)
    # The blob store knows neither tokens nor quotas.
    of_blobs = {name: steps for name, steps in STEPS.items() if name not in ("throttle", "expired_token")}
    blobs = Desk(world, KIND, refusals={"server_error": errors.blob_busy}, steps=of_blobs)
    post = ("POST",)
    return [
        *token_routes(world, KIND, "/token", "/oauth2/token", "/oauth2/v2.0/token", "/{tenant:str}/oauth2/v2.0/token"),
        desk.route("/Reporting/v13/GenerateReport/Submit", jobs.submit, _step, _account, post),
        desk.route("/Reporting/v13/GenerateReport/Poll", jobs.poll, "poll", methods=post),
        desk.route("/CustomerManagement/v13/Account/Query", _describe, "account", _account, post),
        desk.route("/CampaignManagement/v13/Campaigns/QueryByAccountId", _campaigns, "campaigns", _account, post),
        blobs.route("/download/{job:str}.zip", jobs.download, jobs.step),
    ]


def _step(request: Request, body: bytes) -> str:
    return "control" if b"AccountPerformanceReport" in body else "submit"


def _account(request: Request, body: bytes) -> str | None:
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return None
    scope = (asked.get("ReportRequest") or {}).get("Scope") or {}
    stated = (scope.get("AccountIds") or [None])[0] or asked.get("AccountId")
    return str(stated or request.headers.get("customeraccountid") or "") or None


def _guard(asked: Asked) -> Response | None:
    world = asked.world
    if asked.fault and asked.fault.name == "expired_token":
        world.tokens.expire(KIND)
    token = bearer(asked.headers) or asked.headers.get("authenticationtoken", "")
    if not world.tokens.spend(KIND, token):
        return errors.expired(asked)
    if asked.headers.get("developertoken") != world.credentials[KIND]["developer_token"]:
        return errors.credentials(asked)
    if asked.step == "poll":
        return None
    account = world.accounts.get(KIND, {}).get(str(asked.account))
    if account is None:
        return errors.no_account(asked)
    return None if account.permitted else errors.no_permission(asked)


class _Jobs:
    """Reports by request id, which whoever submitted them may poll; the download's address needs no token."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.jobs: dict[str, _Job] = {}

    def submit(self, asked: Asked) -> Response:
        request = asked.json().get("ReportRequest")
        refusal = _refused(asked, request)
        if refusal:
            return refusal
        name = asked.fault.name if asked.fault else ""
        polls = asked.world.switches["microsoft_polls"]
        if asked.fault and name == "slow_job":
            polls += int(asked.fault.wait or _SLOW_POLLS)
        states = ["Pending"] * polls + (["Pending", "Error"] if name == "job_fails_at_100" else ["Success"])
        number = str(30_000_001_000 + len(self.jobs))
        account = asked.world.accounts[KIND][str(asked.account)]
        self.jobs[number] = _Job(account, request, asked.headers.get("developertoken", ""), states)
        return json_answer({"ReportRequestId": number})

    def poll(self, asked: Asked) -> Response:
        number = str(asked.json().get("ReportRequestId") or "")
        job = self.jobs.get(number)
        if job is None or job.token != asked.headers.get("developertoken"):
            return errors.unknown_report(asked)
        state = job.states.pop(0) if len(job.states) > 1 else job.states[0]
        url = None
        if state == "Success" and report_rows(self.world, job.account, job.request):
            root = str(asked.request.url).partition("/Reporting/")[0]
            url = f"{root}/download/{number}.zip?sig=canary-{KIND}-signature"
        return json_answer({"ReportRequestStatus": {"ReportDownloadUrl": url, "Status": state}})

    def step(self, request: Request, body: bytes) -> str:
        job = self.jobs.get(request.path_params["job"])
        return "control" if job is not None and job.is_control else "rows"

    def download(self, asked: Asked) -> Response:
        job = self.jobs.get(asked.path["job"])
        if job is None or asked.query.get("sig") != f"canary-{KIND}-signature":
            return errors.blob_missing(asked)
        rows = spoilt(
            report_rows(self.world, job.account, job.request), asked.fault, field=("Spend",),
            retyped=lambda value: str(value).replace(".", ","),
        )  # fmt: skip
        incomplete = self.world.switches["microsoft_incomplete"]
        return Response(packed(job.account, job.request, rows, incomplete), media_type="application/x-zip-compressed")


def _refused(asked: Asked, request: Any) -> Response | None:
    """How Microsoft refuses a report, if it does."""
    if not isinstance(request, dict) or not request:
        return errors.invalid(asked, 100, "NullRequest", "The request message is null.")
    if request.get("Type") not in ("CampaignPerformanceReportRequest", "AccountPerformanceReportRequest"):
        return errors.invalid(asked, 2001, "InvalidReportType", "The report type is not valid.")
    vanished = asked.fault is not None and asked.fault.name == "missing_field" and asked.fault.detail == "refused"
    for column in request.get("Columns") or ():
        if column not in COLUMNS or (vanished and column == "Spend"):
            return errors.invalid(asked, 2015, "InvalidReportColumn", f"The column {column} is not valid.")
    try:
        days_of(request)
    except (KeyError, TypeError, ValueError):
        return errors.invalid(asked, 2011, "InvalidCustomDateRange", "The custom date range is not valid.")
    if request.get("ReturnOnlyCompleteData") and asked.world.switches["microsoft_incomplete"]:
        # The platform's own spelling.
        return errors.invalid(asked, 2004, "NoCompleteDataAvaliable", "No complete data is available for the range.")
    return None


def _describe(asked: Asked) -> Response:
    account = asked.world.accounts[KIND][str(asked.account)]
    return json_answer(
        {
            "Account": {
                "Id": int(account.id),
                "Name": account.name,
                "Number": f"F{account.id[-7:]}",
                "CurrencyCode": account.currency,
                "TimeZone": ZONES.get(account.time_zone, account.time_zone),
                "AccountLifeCycleStatus": "Active",
                "ParentCustomerId": 251_000_001,
            }
        }
    )


def _campaigns(asked: Asked) -> Response:
    rows = asked.world.campaigns(KIND, str(asked.account))
    found = [
        {
            "Id": int(row["campaign_id"]),
            "Name": row["name"],
            "Status": "Active" if row.get("status") != "paused" else "Paused",
            "BudgetType": "DailyBudgetStandard",
            "DailyBudget": row.get("daily_budget"),
            "CampaignType": "Search",
            "TimeZone": "AmsterdamBerlinBernRomeStockholmVienna",
        }
        for row in rows
        if (KIND, row["campaign_id"]) not in asked.world.removed
    ]
    return json_answer({"Campaigns": spoilt(found, asked.fault, field=("Id",), retyped=str)})
