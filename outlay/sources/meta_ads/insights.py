"""Asking Meta's Insights edge: short periods at once, long ones as a report run, and less where it is too much."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from outlay.sources.ads import halves
from outlay.sources.fetched.answer import Answer
from outlay.sources.fetched.counting import identities
from outlay.sources.fetched.errors import FetchError, TooMuchDataError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.protocol import RawPage
from outlay.sources.meta_ads.answers import is_too_much

PAGE_ROWS = 500
# Deleted and archived campaigns are left out unless they are asked for, and their spend with them.
STATUSES = ("ACTIVE", "ARCHIVED", "DELETED", "IN_PROCESS", "PAUSED", "WITH_ISSUES")
_RUNNING = ("Job Not Started", "Job Started", "Job Running")
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 30.0
# A report run that fails without a reason is submitted this often; Meta's passing failures look like that.
_SUBMISSIONS = 2
_TOKEN = re.compile(rb"(access_token|appsecret_proof)=[^&\"\\]*")


class Insights:
    """The questions of one connector. `sync_days`: longer periods are asked for as a report run."""

    def __init__(self, client: Client, version: str, sync_days: int) -> None:
        self._client = client
        self._version = version
        self._sync_days = sync_days

    def object(self, path: str, fields: str) -> dict[str, Any]:
        """One object of the Graph API, e.g. an account."""
        told = self._client.get(self._path(path), params={"fields": fields}).json()
        if not isinstance(told, dict):
            raise FetchError(f"{self._client.source}: {path} is not an object; run again later")
        return told

    def edge(self, path: str, params: Mapping[str, str], request: str) -> Iterator[RawPage]:
        """Every page of an edge."""
        after: str | None = None
        while True:
            cursor = {"after": after} if after else {}
            answer = self._client.get(self._path(path), params={**params, "limit": PAGE_ROWS, **cursor})
            _hide_token(answer)
            yield answer.page(request)
            paging = answer.json().get("paging") or {}
            # A cursor stands on the last page too; only `next` says that there is more. The link itself is not
            # followed: Meta writes the token into it.
            if "next" not in paging:
                return
            before, after = after, (paging.get("cursors") or {}).get("after")
            if not after or after == before:
                raise FetchError(f"{self._client.source}: {request}: Meta's paging does not move on; run again later")

    def campaigns(self, account: str, fields: str) -> Iterator[RawPage]:
        """Every page of the account's campaigns. Raises FetchError where Meta counts more than it gives."""
        request = f"campaigns of {account}"
        params = {"fields": fields, "effective_status": json.dumps(STATUSES), "summary": "total_count"}
        total, ids = 0, set[str]()
        for page in self.edge(f"act_{account}/campaigns", params, request):
            yield page
            told = json.loads(page.body.read_bytes())
            counted = (told.get("summary") or {}).get("total_count")
            total = counted if isinstance(counted, int) else total
            ids |= identities(told.get("data") or (), "id")
        if len(ids) < total:
            raise FetchError(
                f"{self._client.source}: {request}: Meta counts {total} and gave {len(ids)}; run again later"
            )

    def days(
        self, account: str, params: Mapping[str, str], first_day: date, last_day: date, ids: Sequence[str] | None = None
    ) -> Iterator[RawPage]:
        """Every page of insights for the days; of the campaigns `ids` alone where they are stated."""
        request = f"insights of {account}, {params['level']}, {first_day} to {last_day}"
        if ids is not None:
            request += f", {len(ids)} campaigns"
        asked = {
            **params,
            "time_increment": "1",
            "time_range": json.dumps({"since": first_day.isoformat(), "until": last_day.isoformat()}),
        }
        if filters := _filters(params["level"], ids):
            asked["filtering"] = json.dumps(filters)
        try:
            # Whole before the first page is passed on: of an answer that turns out too large nothing may be used.
            yield from list(self._pages(f"act_{account}/insights", asked, request, (last_day - first_day).days + 1))
            return
        except TooMuchDataError as error:
            reason = error
        if first_day < last_day:
            for first, last in halves(first_day, last_day):
                yield from self.days(account, params, first, last, ids)
            return
        ids = self._campaigns(account) if ids is None else ids
        if len(ids) < 2:
            raise FetchError(f"{reason}. One campaign's day cannot be divided further; run again later")
        middle = len(ids) // 2
        for part in (ids[:middle], ids[middle:]):
            yield from self.days(account, params, first_day, last_day, part)

    def _pages(self, path: str, params: Mapping[str, str], request: str, days: int) -> Iterator[RawPage]:
        if days <= self._sync_days:
            return self.edge(path, params, request)
        return self.edge(f"{self._finished_run(path, params, request)}/insights", {}, request)

    def _finished_run(self, path: str, params: Mapping[str, str], request: str) -> str:
        """The id of a completed report run."""
        for _ in range(_SUBMISSIONS):
            told = self._client.post(self._path(path), data=dict(params)).json()
            run = str(told.get("report_run_id") or "")
            if not run:
                raise FetchError(f"{self._client.source}: {request}: Meta gave no report_run_id; run again later")
            status = self._polled(run, request)
            if status["async_status"] == "Job Completed":
                return run
        why = status.get("error_user_msg") or status.get("error_message") or "without a reason"
        raise FetchError(
            f"{self._client.source}: {request}: Meta ended the report run {run} as {status['async_status']} at "
            f"{status.get('async_percent_completion')} %, {_SUBMISSIONS} times, {why}; run again later"
        )

    def _polled(self, run: str, request: str) -> dict[str, Any]:
        """The report run's last status, completed or not. Its percentage says nothing: 100 may still be running."""
        pause = _FIRST_PAUSE
        while True:
            told = self._client.get(self._path(run)).json()
            status = told.get("async_status")
            if status == "Job Completed":
                return dict(told)
            if status not in _RUNNING:
                code, subcode = told.get("error_code"), told.get("error_subcode")
                if is_too_much(code, subcode, str(told.get("error_message"))):
                    raise TooMuchDataError(f"{self._client.source}: {request}: {told.get('error_message')}")
                return {"async_status": f"{status}", **told}
            self._client.pause(pause, f"Meta's report run {run} ({request})")
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _campaigns(self, account: str) -> list[str]:
        pages = list(self.campaigns(account, "id"))
        return sorted(str(one["id"]) for page in pages for one in json.loads(page.body.read_bytes())["data"])

    def _path(self, path: str) -> str:
        return f"{self._version}/{path}"


def _filters(level: str, ids: Sequence[str] | None) -> list[dict[str, Any]]:
    """The account's own sum is asked without a filter: it shows whether one left something out."""
    filters: dict[str, Sequence[str]] = {"campaign.effective_status": STATUSES} if level == "campaign" else {}
    if ids is not None:
        filters["campaign.id"] = ids
    return [{"field": field, "operator": "IN", "value": list(values)} for field, values in filters.items()]


def _hide_token(answer: Answer) -> None:
    """Meta repeats the token in the links between pages; it must not be kept with the answer."""
    body = answer.body.read_bytes()
    hidden = _TOKEN.sub(rb"\1=***", body)
    if hidden != body:
        answer.body.write_bytes(hidden)
