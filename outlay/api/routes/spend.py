"""The addresses that record expenditures and find them again."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field, ValidationError

from outlay.api import recording
from outlay.api.answers.cursors import read_cursor, write_cursor
from outlay.api.app_json import canonical_text, dumps
from outlay.api.bodies.common import Day, Given, SpendId
from outlay.api.bodies.spend import (
    Corrected,
    Correction,
    NewBatch,
    NewSpend,
    Recorded,
    RecordedBatch,
    SpendFound,
    SpendPage,
    Void,
    Voided,
)
from outlay.api.callers import Caller
from outlay.api.house import caller_of, house_of
from outlay.api.problems import CONTENT_TYPE, Problem, bad_request, not_found, unprocessable
from outlay.api.recording import Context, Draft, Refusal
from outlay.api.routes.documented import PREFIX, CursorText, Filter, Filters, Limit, reads, writes
from outlay.api.strict_json import parse
from outlay.spend_store import Answer, KeyReusedError, Order, StoreUnavailableError, Wanted
from outlay.spend_store.queries import family, find, listed

WRITE, READ = "spend:write", "budget:read"
LINES = "application/x-ndjson"
# Drafts between two lines of progress, while other requests have their turn.
STEP = 50
router = APIRouter(prefix=PREFIX, tags=["recorded spend"])
Body = TypeVar("Body", bound=Given)
_KEY = re.compile(r"[!-~]{1,255}")


class SpendFilters(Filters):
    """Which records are listed."""

    vendor_id: Filter = None
    department: Annotated[Filter, Field(description="As classified when it was recorded.")] = None
    campaign_id: Filter = None
    channel: Filter = None
    contract_id: Filter = None
    po_id: Filter = None
    invoice_number: Filter = None
    state: Literal["posted", "voided"] | None = None
    from_date: Day | None = None
    to_date: Day | None = None
    limit: Limit = 100
    cursor: CursorText = None


@router.post("/spend", operation_id="recordSpend", summary="Record an expenditure", **writes(NewSpend, Recorded))
async def record_spend(request: Request) -> Response:
    """Records it once, however often it is sent under one key, and tells its classification and what its contract
    has left. The next run counts it until a ledger line reports it."""
    caller, key = _writer(request), _key_of(request)
    new, raw = await _read(request, NewSpend)
    house = house_of(request)
    context = await _context(request, caller)
    order = _order(caller, context, recording.CREATE, key, new.canonical(), raw)
    one = recording.draft(new, house.new_id(), context)
    return await _book(request, order, recording.create(one, context.snapshot))


@router.put(
    "/spend/{spend_id}",
    operation_id="recordSpendAs",
    summary="Record an expenditure under an id of your own",
    **writes(NewSpend, Recorded, idempotent_by="id"),
)
async def record_spend_as(request: Request, spend_id: SpendId) -> Response:
    """The id is the key: make it, keep it, send it. Sent again, it is answered as the first time; with another body it
    is refused."""
    caller = _writer(request)
    new, raw = await _read(request, NewSpend)
    context = await _context(request, caller)
    order = _order(caller, context, recording.PUT, spend_id, new.canonical(), raw)
    one = recording.draft(new, spend_id, context)
    return await _book(request, order, recording.create(one, context.snapshot, is_own_id=True))


@router.post("/spend-batches", operation_id="recordBatch", summary="Record many", **writes(NewBatch, RecordedBatch))
async def record_batch(request: Request) -> Response:
    """Up to 1,000 expenditures in one transaction: all or none, under one key. With `Accept: application/x-ndjson` the
    answer is a stream of lines: `{"event": "progress", ...}` while they are prepared, at last `{"event": "answer",
    "status": ..., "body": ...}` with what would have been answered otherwise."""
    caller, key = _writer(request), _key_of(request)
    batch, raw = await _read(request, NewBatch)
    context = await _context(request, caller)
    canonical = {"records": [new.canonical() for new in batch.records]}
    order = _order(caller, context, recording.BATCH, key, canonical, raw)
    if LINES in request.headers.get("accept", ""):
        return StreamingResponse(_lines(request, order, batch, context), media_type=LINES)
    drafts = [one async for one in _drafts(request, batch, context)]
    return await _book(request, order, recording.create_all(drafts))


@router.post("/spend/{spend_id}/void", operation_id="voidSpend", summary="Take a record back", **writes(Void, Voided))
async def void_spend(request: Request, spend_id: SpendId) -> Response:
    """Writes the opposite record; neither counts from then on."""
    caller, key = _writer(request), _key_of(request)
    asked, raw = await _read(request, Void)
    context = await _context(request, caller)
    order = _order(caller, context, f"{recording.VOID} {spend_id}", key, {"reason": asked.reason}, raw)
    return await _book(request, order, recording.void(spend_id, house_of(request).new_id(), asked.reason, context))


@router.post(
    "/spend/{spend_id}/corrections",
    operation_id="correctSpend",
    summary="Put another record in its place",
    **writes(Correction, Corrected),
)
async def correct_spend(request: Request, spend_id: SpendId) -> Response:
    """Writes the opposite record and the right one in one transaction."""
    caller, key = _writer(request), _key_of(request)
    asked, raw = await _read(request, Correction)
    house, context = house_of(request), await _context(request, caller)
    canonical = {"reason": asked.reason, "record": asked.record.canonical()}
    order = _order(caller, context, f"{recording.CORRECT} {spend_id}", key, canonical, raw)
    one = recording.draft(asked.record, house.new_id(), context)
    return await _book(request, order, recording.correct(spend_id, house.new_id(), asked.reason, one, context))


@router.get("/spend/{spend_id}", operation_id="getSpend", summary="A record", **reads(SpendFound, tagged=False))
async def get_spend(request: Request, spend_id: SpendId) -> Response:
    """The record as it was stored, whether it still counts, and its history."""
    caller_of(request, WRITE, READ)
    store = house_of(request).store
    stored = await store.read(lambda session: find(session, spend_id))
    if stored is None:
        raise not_found(f"no record {spend_id}")
    history = await store.read(lambda session: family(session, stored.record.correlation_id))
    body = {"record": recording.stored_body(stored), "history": [recording.stored_body(one) for one in history]}
    return Response(dumps(body), media_type="application/json")


@router.get("/spend", operation_id="listSpend", summary="Records", **reads(SpendPage, tagged=False))
async def list_spend(request: Request, asked: Annotated[SpendFilters, Query()]) -> Response:
    """Records, the last recorded first; a page stays what it was while others are recorded."""
    caller_of(request, WRITE, READ)
    filters = asked.model_dump(exclude={"limit", "cursor", "department"})
    listing = json.dumps([filters, asked.department], sort_keys=True)
    before = read_cursor(asked.cursor, listing)
    wanted = Wanted(**filters, department_id=asked.department, before=before, limit=asked.limit + 1)
    found = await house_of(request).store.read(lambda session: listed(session, wanted))
    page = found[: asked.limit]
    cursor = write_cursor(page[-1].sequence, listing) if len(found) > asked.limit else None
    body = {"records": [recording.stored_body(one) for one in page], "next_cursor": cursor}
    return Response(dumps(body), media_type="application/json")


# -- what they share -----------------------------------------------------------------------------------------------


def _writer(request: Request) -> Caller:
    return caller_of(request, WRITE)


def _key_of(request: Request) -> str:
    keys = request.headers.getlist("idempotency-key")
    if len(keys) != 1 or not _KEY.fullmatch(keys[0]):
        raise bad_request(
            "state one Idempotency-Key of 1 to 255 visible ASCII characters; the same call again takes the same key",
            ("Idempotency-Key", "missing, twice or malformed"),
        )
    return keys[0]


async def _read(request: Request, model: type[Body]) -> tuple[Body, bytes]:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json" or ("charset" in parameters and "utf-8" not in parameters.lower()):
        raise Problem(415, "unsupported-media-type", "send the record as application/json, in UTF-8")
    raw = await request.body()
    value = parse(raw)
    if not isinstance(value, dict):
        raise unprocessable("expected a JSON object")
    try:
        return model.model_validate(value), raw
    except ValidationError as error:
        found = [
            (".".join(map(str, one["loc"])) or "record", one["msg"].removeprefix("Value error, "))
            for one in error.errors(include_url=False, include_input=False, include_context=False)[:20]
        ]
        raise unprocessable(f"{found[0][0]}: {found[0][1]}", *found) from None


async def _context(request: Request, caller: Caller) -> Context:
    house = house_of(request)
    # Rules and names of a moment ago will do: nothing that is recorded depends on the figures.
    snapshot = house.versions.lately() or await house.snapshot_or_none()
    company = snapshot.company if snapshot else house.company()
    return Context(caller.client, house.now(), company, snapshot)


def _order(caller: Caller, context: Context, operation: str, key: str, canonical: dict[str, Any], raw: bytes) -> Order:
    text = canonical_text(canonical)
    return Order(caller.client, caller.key_id, operation, key, text, context.at, recording.sha256(raw))


async def _book(request: Request, order: Order, decide: Any) -> Response:
    answer = await _booked(request, order, decide)
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
    return Response(answer.body, answer.status, headers, media_type="application/json")


async def _booked(request: Request, order: Order, decide: Any) -> Answer:
    try:
        return await house_of(request).store.book(order, decide)
    except KeyReusedError as error:
        raise Problem(422, "key-reused", str(error), errors=[(error.field, "differs from the first call")]) from None
    except Refusal as refusal:
        raise refusal.problem from None
    except StoreUnavailableError as error:
        raise Problem(503, "store-unavailable", str(error), headers={"Retry-After": "1"}) from None


async def _drafts(request: Request, batch: NewBatch, context: Context) -> AsyncIterator[Draft]:
    new_id = house_of(request).new_id
    for number, new in enumerate(batch.records):
        try:
            yield recording.draft(new, new_id(), context)
        except Problem as problem:
            errors = [(f"records.{number}.{field}", detail) for field, detail in problem.errors]
            raise Problem(problem.status, problem.kind, f"record {number}: {problem.detail}", errors=errors) from None


async def _lines(request: Request, order: Order, batch: NewBatch, context: Context) -> AsyncIterator[bytes]:
    """Progress, then the answer; a problem is the answer's body like any other."""
    drafts: list[Draft] = []
    try:
        async for one in _drafts(request, batch, context):
            drafts.append(one)
            if len(drafts) % STEP == 0 or len(drafts) == len(batch.records):
                yield _line({"event": "progress", "done": len(drafts), "of": len(batch.records)})
        answer = await _booked(request, order, recording.create_all(drafts))
        status, body = answer.status, answer.body
    except Problem as problem:
        status, body = problem.status, problem.body(request.url.path, request.scope["outlay.request_id"])
    kind = "application/json" if status < 400 else CONTENT_TYPE
    yield _line({"event": "answer", "status": status, "content_type": kind, "body": json.loads(body)})


def _line(document: dict[str, Any]) -> bytes:
    return dumps(document) + b"\n"
