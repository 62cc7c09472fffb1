"""Meta's pages: a cursor either side, `next` as a whole URL on every page but the last."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

from starlette.responses import Response

from tests.fakes.answers import Json, json_answer, spoilt
from tests.fakes.desk import Asked
from tests.fakes.platforms import meta_errors as errors
from tests.fakes.tokens import bearer

_MOST = 5_000


def paged(asked: Asked, found: list[Json]) -> Response:
    """One page of `found` from the cursor `after`; the last has cursors, but no `next`."""
    most = asked.world.switches["meta_page_size"] or _MOST
    size = min(int(asked.query.get("limit", 25)), most)
    start = _cursor_start(asked.query.get("after", ""))
    if start is None:
        return errors.invalid(asked, "(#100) The After Cursor specified exceeds the max limit supported")
    page = spoilt(
        found[start : start + size], asked.fault, field=("spend",) if asked.step != "campaigns" else ("id",),
        retyped=lambda value: {"value": value, "currency": "EUR"}, before=found[start - 1] if start else None,
    )  # fmt: skip
    body: Json = {"data": page}
    if page:
        paging: Json = {"cursors": {"before": _cursor(start), "after": _cursor(start + size)}}
        if start + size < len(found):
            paging["next"] = _next(asked, _cursor(start + size))
        body["paging"] = paging
    if "total_count" in asked.query.get("summary", ""):
        body["summary"] = {"total_count": len(found)}
    return json_answer(body, headers=errors.usage_headers(asked))


def _next(asked: Asked, cursor: str) -> str:
    """The whole URL of the next page, as Meta gives it: with the token, where it came as a parameter."""
    parameters = asked.query | {"after": cursor}
    if "access_token" not in parameters and asked.world.switches["meta_next_repeats_header_token"]:
        parameters["access_token"] = bearer(asked.headers)
    return f"{str(asked.request.url).partition('?')[0]}?{urlencode(parameters)}"


def _cursor(row: int) -> str:
    return base64.urlsafe_b64encode(f"row:{row}".encode()).decode().rstrip("=")


def _cursor_start(cursor: str) -> int | None:
    if not cursor:
        return 0
    try:
        name, _, row = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
    except ValueError:
        return None
    return int(row) if name == "row" and row.isdigit() else None
