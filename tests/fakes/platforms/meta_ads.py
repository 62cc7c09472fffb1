"""Meta's Graph API: insights by pages or as a report run, usage headers, errors as HTTP 400 with a code."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.fakes.answers import json_answer
from tests.fakes.desk import Asked, Desk
from tests.fakes.platforms import meta_errors as errors
from tests.fakes.platforms.meta_pages import paged
from tests.fakes.platforms.meta_rows import FIELDS, LEVELS, insights
from tests.fakes.tokens import bearer

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, World

KIND = "meta_ads"
_DATA = ("rows", "campaigns")
STEPS = {
    "throttle": (*_DATA, "submit"),
    "server_error": _DATA,
    "cut_stream": _DATA,
    "expired_token": (*_DATA, "submit"),
    "html_error_page": _DATA,
    "too_much_data": ("rows",),
    "wrong_secret": ("account",),
    "repeated_row": _DATA,
    "lost_row": _DATA,
    "new_field": _DATA,
    "missing_field": _DATA,
    "retyped_field": _DATA,
    "slow_job": ("submit",),
    "job_fails_at_100": ("submit",),
}
_DONE = "Job Completed"
_SLOW_POLLS = 3


def routes(world: World) -> list[Route]:
    jobs = _Jobs()
    desk = Desk(world, KIND, refusals=errors.REFUSALS, steps=STEPS, guard=_guard)
    act = "/{version:str}/act_{account:str}"
    run = "/{version:str}/{run:int}"
    return [
        desk.route(act + "/insights", _insights, _level_step, _account),
        desk.route(act + "/insights", jobs.submit, "submit", _account, ("POST",)),
        desk.route(act + "/campaigns", _campaigns, "campaigns", _account),
        desk.route(act, _describe, "account", _account),
        desk.route(run, jobs.poll, "poll"),
        desk.route(run + "/insights", jobs.result, jobs.step),
    ]


def _level_step(request: Request, body: bytes) -> str:
    return "control" if request.query_params.get("level", "account") == "account" else "rows"


def _account(request: Request, body: bytes) -> str | None:
    return str(request.path_params["account"])


def _guard(asked: Asked) -> Response | None:
    given = asked.query.get("access_token") or bearer(asked.headers) or asked.form().get("access_token", "")
    if given != asked.world.credentials[KIND]["access_token"]:
        return errors.bad_token(asked)
    if asked.account is None:
        return None
    account = asked.world.accounts.get(KIND, {}).get(asked.account)
    if account is None:
        return errors.unknown_object(asked, f"act_{asked.account}")
    return None if account.permitted else errors.no_permission(asked)


def _mine(asked: Asked) -> FakeAccount:
    return asked.world.accounts[KIND][str(asked.account)]


def _answer(asked: Asked, body: Any, status: int = 200) -> Response:
    return json_answer(body, status, errors.usage_headers(asked))


def _describe(asked: Asked) -> Response:
    account = _mine(asked)
    known = {
        "id": f"act_{account.id}",
        "account_id": account.id,
        "name": account.name,
        "currency": account.currency,
        "timezone_name": account.time_zone,
        "timezone_id": 47,
        "account_status": 1,
    }
    wanted = {"id", *asked.query.get("fields", "").split(",")} - {""}
    for field in sorted(wanted - set(known)):
        return errors.nonexisting_field(asked, field)
    return _answer(asked, {name: value for name, value in known.items() if name in wanted})


# -- insights --------------------------------------------------------------------------------------------------------


def _wanted(asked: Asked, parameters: dict[str, str]) -> Response | None:
    """How Meta refuses the parameters of a report, if it does."""
    fields = parameters.get("fields", "").split(",")
    if asked.fault and asked.fault.name == "missing_field" and asked.fault.detail == "refused" and "spend" in fields:
        return errors.nonexisting_field(asked, "spend")
    for field in fields:
        if field and field not in FIELDS:
            return errors.nonexisting_field(asked, field)
    if parameters.get("level", "account") not in LEVELS:
        return errors.invalid(asked, "(#100) Param level must be one of {account, ad, adset, campaign}")
    try:
        first, last = _days(parameters)
    except (KeyError, ValueError):
        return errors.invalid(asked, "(#100) Must be a valid time range with 'since' and 'until'")
    if first > last:
        return errors.invalid(asked, "(#3018) The start date of the time range cannot be after the end date")
    return None


def _days(parameters: dict[str, str]) -> tuple[date, date]:
    span = json.loads(parameters["time_range"])
    return date.fromisoformat(span["since"]), date.fromisoformat(span["until"])


def _insights(asked: Asked) -> Response:
    refusal = _wanted(asked, asked.query)
    if refusal:
        return refusal
    first, last = _days(asked.query)
    most = asked.world.switches["meta_max_days"]
    if most and (last - first).days >= most:
        return errors.too_much(asked)
    return paged(asked, insights(asked.world, _mine(asked), asked.query, first, last))


def _campaigns(asked: Asked) -> Response:
    rows = asked.world.campaigns(KIND, str(asked.account))
    shown = [row for row in rows if (KIND, row["campaign_id"]) not in asked.world.removed]
    wanted = {"id", *asked.query.get("fields", "").split(",")} - {""}
    made = [
        {
            "id": row["campaign_id"],
            "account_id": asked.account,
            "name": row["name"],
            "status": "ACTIVE",
            "effective_status": "ACTIVE",
            "objective": f"OUTCOME_{row['objective']}".upper() if row.get("objective") else None,
            "start_time": f"{row['start_date']}T00:00:00+0100" if row.get("start_date") else None,
            "stop_time": f"{row['end_date']}T23:59:59+0100" if row.get("end_date") else None,
            "daily_budget": str(int(row["daily_budget"] * 100)) if row.get("daily_budget") else None,
        }
        for row in shown
    ]
    return paged(asked, [{name: one[name] for name in one if name in wanted and one[name] is not None} for one in made])


class _Jobs:
    """Report runs: a run belongs to an account and its parameters, and is found done after some polls."""

    def __init__(self) -> None:
        self.runs: dict[int, dict[str, Any]] = {}

    def submit(self, asked: Asked) -> Response:
        parameters = asked.query | asked.form()
        refusal = _wanted(asked, parameters)
        if refusal:
            return refusal
        number = 6_023_920_149_050 + len(self.runs)
        self.runs[number] = {"account": asked.account, "parameters": parameters, "states": _states(asked)}
        return _answer(asked, {"report_run_id": str(number)})

    def poll(self, asked: Asked) -> Response:
        run = self.runs.get(asked.path["run"])
        if run is None:
            return errors.unknown_object(asked, str(asked.path["run"]))
        first, last = _days(run["parameters"])
        states = run["states"]
        status, percent = states.pop(0) if len(states) > 1 else states[0]
        body = {"id": str(asked.path["run"]), "account_id": run["account"], "async_status": status,
                "async_percent_completion": percent, "date_start": str(first), "date_stop": str(last)}  # fmt: skip
        return _answer(asked, body)

    def step(self, request: Request, body: bytes) -> str:
        run = self.runs.get(request.path_params["run"], {"parameters": {}})
        return "control" if run["parameters"].get("level", "account") == "account" else "rows"

    def result(self, asked: Asked) -> Response:
        run = self.runs.get(asked.path["run"])
        if run is None or run["states"][0][0] != _DONE:
            return errors.invalid(asked, "(#2601) Loading Async Result Failed: the job is not completed")
        account = asked.world.accounts[KIND][run["account"]]
        first, last = _days(run["parameters"])
        return paged(asked, insights(asked.world, account, run["parameters"], first, last))


def _states(asked: Asked) -> list[tuple[str, int]]:
    """What the polls of a run will say, the last one for ever. The last polls of a run that goes on say 100 % already:

    only the status tells that it is done.
    """
    name = asked.fault.name if asked.fault else ""
    polls = asked.world.switches["meta_polls"]
    if asked.fault and name == "slow_job":
        polls += int(asked.fault.wait or _SLOW_POLLS)
    states = [("Job Running", min(100, 100 * number // max(polls - 1, 1))) for number in range(1, polls + 1)]
    if name == "job_fails_at_100":
        return [*states, ("Job Running", 100), ("Job Failed", 100)]
    return [*states, (_DONE, 100)]
