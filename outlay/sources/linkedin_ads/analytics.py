"""Asking LinkedIn: addresses written by hand, days halved until an answer is surely whole, metrics in chunks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from outlay.sources.ads import halves
from outlay.sources.fetched.errors import FetchError, TooMuchDataError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.jsonitems import items
from outlay.sources.fetched.protocol import RawPage
from outlay.sources.linkedin_ads.shapes import field_lists

JOINED = "joined"
_PAGE_CAMPAIGNS = 100


class Analytics:
    """The questions of one connector. `limit`: with so many elements an answer counts as cut off."""

    def __init__(self, client: Client, version: str, limit: int) -> None:
        self._client = client
        self._headers = {"LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"}
        self._limit = limit

    def account(self, account: str) -> Any:
        """What LinkedIn says of the account. The probe: analytics of a foreign account are empty, not refused."""
        return self._client.get(f"rest/adAccounts/{account}", headers=self._headers).json()

    def campaigns(self, account: str, first_role: str, next_role: str) -> Iterator[RawPage]:
        """Every page of the account's campaigns, whatever their status."""
        token, page = "", 1
        while True:
            query = f"q=search&sort=(field:ID,order:ASCENDING)&pageSize={_PAGE_CAMPAIGNS}"
            if token:
                query += f"&pageToken={quote(token, safe='')}"
            path = f"rest/adAccounts/{account}/adCampaigns"
            answer = self._client.get(path, raw_query=query, headers=self._headers)
            yield answer.page(f"campaigns of {account}, page {page}", first_role if page == 1 else next_role)
            before, token = token, str((answer.json().get("metadata") or {}).get("nextPageToken") or "")
            if not token:
                return
            if token == before:
                raise FetchError(
                    f"{self._client.source}: LinkedIn's list of campaigns does not move on; run again later"
                )
            page += 1

    def days(
        self, account: str, pivot: str, metrics: Sequence[str], first_day: date, last_day: date
    ) -> Iterator[RawPage]:
        """Pages for the days, each surely whole: there is no paging, and an answer at the limit was cut off unsaid."""
        request = f"adAnalytics of {account} by {pivot}, {first_day} to {last_day}"
        try:
            bodies = [self._chunk(account, pivot, fields, first_day, last_day) for fields in field_lists(metrics)]
        except TooMuchDataError:
            bodies = []
        if bodies:
            yield RawPage(request, bodies[0]) if len(bodies) == 1 else _together(request, bodies)
            return
        if first_day == last_day:
            raise FetchError(
                f"{self._client.source}: {request}: LinkedIn answers with at most {self._limit} elements and says not "
                "that there are more: this one day reaches that; split the account, or state a higher "
                "options.element_limit if LinkedIn has raised it"
            )
        for first, last in halves(first_day, last_day):
            yield from self.days(account, pivot, metrics, first, last)

    def _chunk(self, account: str, pivot: str, fields: Sequence[str], first_day: date, last_day: date) -> Path:
        """The body of one answer. Raises TooMuchDataError when it reaches the limit, AccessError without access."""
        # Written by hand: LinkedIn takes no encoded parentheses, colons or commas.
        query = (
            f"q=analytics&pivot=(value:{pivot})&timeGranularity=(value:DAILY)"
            f"&dateRange=(start:{_day(first_day)},end:{_day(last_day)})"
            f"&accounts=List(urn%3Ali%3AsponsoredAccount%3A{quote(account, safe='')})&fields={','.join(fields)}"
        )
        answer = self._client.get("rest/adAnalytics", raw_query=query, headers=self._headers)
        count = sum(1 for _ in items(answer.body, "elements.item"))
        if count >= self._limit:
            raise TooMuchDataError(f"{self._limit} elements")
        if not count:
            self.account(account)  # empty days, or no permission any more? This one is refused then
        return answer.body


def _day(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def _together(request: str, bodies: Sequence[Path]) -> RawPage:
    """Answers for the same days with different metrics, as one JSON array of the answers as they came."""
    whole = b"[" + b",\n".join(body.read_bytes() for body in bodies) + b"]\n"
    bodies[0].write_bytes(whole)
    return RawPage(f"{request}, {len(bodies)} sets of metrics", bodies[0], JOINED)
