"""Answers that every platform, or the proxy before it, can give; and rows spoilt by a fault."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.fakes.faults import Fault

Json = dict[str, Any]


def plain(value: Any) -> Any:
    """Decimals as JSON numbers, digit by digit; anything else that JSON has no word for is an error."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(value, default=plain, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, headers, media_type="application/json")


def html_page(fault: Fault) -> Response:
    """A proxy's page in place of an answer: HTTP 502, or 200 with `detail="200"`."""
    status = 200 if fault.detail == "200" else 502
    page = (
        "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>\n"
    )
    return Response(page, status, media_type="text/html")


class CutAnswer(Response):
    """An answer that breaks off in the middle.

    `how`: `chunked` leaves the chunked stream unfinished, `length` sends less than Content-Length says, `silent` ends
    as if all had been sent.
    """

    def __init__(self, whole: Response, how: str) -> None:
        body = bytes(whole.body)
        super().__init__(body[: len(body) // 2], whole.status_code, media_type=whole.media_type)
        self.how = how or "chunked"
        kept = [(name, value) for name, value in whole.raw_headers if name != b"content-length"]
        if self.how == "length":
            kept.append((b"content-length", str(len(body)).encode()))
        self.raw_headers = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if self.how == "silent":
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        # Otherwise the server closes the connection: the answer was never ended.


def spoilt(
    rows: Sequence[Json],
    fault: Fault | None,
    *,
    field: tuple[str, ...],
    retyped: Callable[[Any], Any],
    before: Json | None = None,
) -> list[Json]:
    """The rows of one answer as the fault makes them. `field` is the path of the amount in a row.

    `before` is the last row of the page before; without one the answer's own last row comes twice.
    """
    if fault is None or not rows:
        return list(rows)
    if fault.name == "repeated_row":
        return [before, *rows] if before is not None else [*rows, rows[-1]]
    if fault.name == "lost_row":
        return list(rows[:-1])
    if fault.name not in ("new_field", "missing_field", "retyped_field"):
        return list(rows)
    return [_spoilt_row(row, fault.name, field, retyped) for row in rows]


def _spoilt_row(row: Json, name: str, field: tuple[str, ...], retyped: Callable[[Any], Any]) -> Json:
    changed = copy.deepcopy(row)
    place = changed
    for part in field[:-1]:
        place = place.setdefault(part, {})
    if name == "new_field":
        place["newlyAddedFigure"] = "7"
    elif name == "missing_field":
        place.pop(field[-1], None)
    else:
        place[field[-1]] = retyped(place.get(field[-1]))
    return changed
