"""The report page for browsers: the one that lies beside its version, and any other period or department made anew."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from functools import cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from outlay.api.house import House, caller_of, house_of
from outlay.api.problems import not_found
from outlay.api.routes.documented import Filters
from outlay.api.snapshot import Snapshot
from outlay.page import PAGE, UnknownScopeError, page_style, render_report
from outlay.status import standing_failures

REPORT = "/report"
router = APIRouter(tags=["report"])
Asked = Annotated[str | None, Field(max_length=200)]
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}


class ReportFilters(Filters):
    """Which report is asked for. Empty means: the current quarter, all departments."""

    # A form sends what nobody chose as an empty text.
    period: Asked = None
    department: Asked = None


@router.get(REPORT, include_in_schema=False)
async def get_report(request: Request, asked: Annotated[ReportFilters, Query()]) -> Response:
    """The report of a period and department, with what stands against a newer version."""
    _allow(request)
    house = house_of(request)
    snapshot = await house.versions.now()
    try:
        text = await asyncio.to_thread(_render, house, snapshot, asked)
    except UnknownScopeError as error:
        raise not_found(str(error)) from None
    return _page(text.encode(), ".html")


@router.get(REPORT + "/{path:path}", include_in_schema=False)
async def get_page(request: Request, path: str) -> Response:
    """A page of the version that is served, as the run wrote it."""
    _allow(request)
    snapshot = await house_of(request).versions.now()
    folder = (snapshot.version.folder / PAGE).resolve()
    file = (folder / path).resolve()
    if not file.is_relative_to(folder) or file.suffix not in _TYPES or not file.is_file():
        raise not_found("no such page in the version that is served")
    return _page(await asyncio.to_thread(file.read_bytes), file.suffix)


def _allow(request: Request) -> None:
    """The page shows budgets and returns: it takes the scopes of both."""
    caller = caller_of(request, "budget:read")
    caller.need("roi:read")


def _render(house: House, snapshot: Snapshot, asked: ReportFilters) -> str:
    return render_report(
        snapshot.version,
        snapshot.company,
        period=asked.period or None,
        department=asked.department or None,
        standing=standing_failures(house.data),
    )


def _page(body: bytes, suffix: str) -> Response:
    headers = {"content-security-policy": _policy(), "cache-control": "private, no-cache", "vary": "authorization"}
    return Response(body, headers=headers, media_type=_TYPES[suffix])


@cache
def _policy() -> str:
    """No script, nothing from elsewhere; the one style that the page brings along is known by its hash."""
    digest = b64encode(hashlib.sha256(page_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'self' 'sha256-{digest}'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
