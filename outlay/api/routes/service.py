"""The addresses about the service itself: health, status, lineage, the audit log."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response

from outlay.api.answers.cursors import read_cursor, write_cursor
from outlay.api.app_json import dumps
from outlay.api.bodies.service import AuditPage, Health, LineageAnswer, StatusAnswer
from outlay.api.house import caller_of, house_of
from outlay.api.problems import not_found
from outlay.api.routes.documented import PREFIX, CursorText, Filters, Id, Limit, reads
from outlay.publishing import status
from outlay.spend_store.audit import COLUMNS
from outlay.spend_store.sessions import LOST, Session

router = APIRouter(prefix=PREFIX, tags=["service"])
health = APIRouter(tags=["service"])
_HEALTH: dict[int | str, dict[str, Any]] = {200: {"model": Health, "description": "Well."}}


class AuditFilters(Filters):
    """Which part of the log is asked for."""

    limit: Limit = 100
    cursor: CursorText = None


@health.get("/healthz", operation_id="getHealth", summary="Whether the process answers", responses=_HEALTH)
async def healthz() -> Response:
    """Always well while it answers; needs no key."""
    return Response(b'{"status":"ok","problems":[]}', media_type="application/json")


@health.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Whether requests can be served",
    responses={**_HEALTH, 503: {"model": Health, "description": "Not ready."}},
)
async def readyz(request: Request) -> Response:
    """Ready when a version is served and the store answers; needs no key."""
    house, problems = house_of(request), []
    if await house.snapshot_or_none() is None:
        problems.append("no published version")
    try:
        await house.store.read(lambda session: session.execute("select 1"))
    except LOST:
        problems.append("the spend store does not answer")
    body = {"status": "not ready" if problems else "ok", "problems": problems}
    return Response(dumps(body), 503 if problems else 200, media_type="application/json")


@router.get("/status", operation_id="getStatus", summary="What is served", **reads(StatusAnswer, tagged=False))
async def get_status(request: Request) -> Response:
    """The version served, the gates' verdicts of the last run, how fresh the figures are, what stands in the way."""
    caller_of(request)
    house = house_of(request)
    snapshot = await house.snapshot_or_none()
    found = await asyncio.to_thread(status, house.data.root)
    recorded, entries = await house.store.read(_counts)
    problems = [_without_paths(problem, str(house.data.root)) for problem in found["problems"]]
    zone = ZoneInfo((snapshot.company if snapshot else house.company()).company.time_zone)
    today: date = house.clock().astimezone(zone).date()
    content = snapshot.version.content if snapshot else None
    body = {
        "version": snapshot.name if snapshot else None,
        "as_of": snapshot.as_of if snapshot else None,
        "last_day": content.last_day if content else None,
        "published_at": snapshot.published_at if snapshot else None,
        "age_days": (today - snapshot.as_of).days if snapshot else None,
        "rows": {name: entry.rows for name, entry in sorted(content.tables.items())} if content else {},
        "verdicts": found["verdicts"],
        "quarantined": found["quarantined"],
        "problems": problems,
        "recorded_spend": recorded,
        "audit_entries": entries,
    }
    return Response(dumps(body), media_type="application/json")


@router.get(
    "/lineage/{table}", operation_id="getLineage", summary="Column lineage", **reads(LineageAnswer, tagged=False)
)
async def get_lineage(request: Request, table: Id) -> Response:
    """From which columns of which tables every column of a table is made, one step back; ask on from there."""
    caller_of(request)
    path = house_of(request).lineage
    try:
        tables = json.loads(path.read_bytes())["tables"]
    except FileNotFoundError:
        raise not_found("no lineage: it is made from the SQL of a run, and there was none yet") from None
    if table not in tables:
        raise not_found(f"no table {table}")
    return Response(dumps({"table": table, **tables[table]}), media_type="application/json")


@router.get("/audit", operation_id="listAudit", summary="The audit log", **reads(AuditPage, tagged=False))
async def list_audit(request: Request, asked: Annotated[AuditFilters, Query()]) -> Response:
    """Everything that was written, the last first; each row's hash covers the row before it. Needs scope admin."""
    caller_of(request, "admin")
    before = read_cursor(asked.cursor, "audit")

    def query(session: Session) -> list[tuple[Any, ...]]:
        where = "" if before is None else f"where sequence < {int(before)}"
        return session.execute(
            f"select {COLUMNS} from audit_entries {where} order by sequence desc limit ?", [asked.limit + 1]
        )

    rows = await house_of(request).store.read(query)
    page = rows[: asked.limit]
    cursor = write_cursor(page[-1][0], "audit") if len(rows) > asked.limit else None
    entries = [dict(zip(COLUMNS.split(", "), row, strict=True)) for row in page]
    return Response(dumps({"entries": entries, "next_cursor": cursor}), media_type="application/json")


def _counts(session: Session) -> tuple[int, int]:
    names = ("spend_records", "audit_entries")
    recorded, entries = (session.execute(f"select count(*) from {name}")[0][0] for name in names)
    return recorded, entries


def _without_paths(problem: str, root: str) -> str:
    """Callers need not know where the data lie."""
    return problem.replace(root, "…")
