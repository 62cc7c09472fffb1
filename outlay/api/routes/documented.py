"""What the documentation of an operation states beside its own: problems, headers, parameters."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from outlay.api.answers.periods import PERIOD
from outlay.api.bodies.common import NO_CONTROLS, ProblemBody
from outlay.api.problems import CONTENT_TYPE

# Where all of it is, health apart.
PREFIX = "/api/v1/integrations/finance"
_DETAILS = {
    304: "You have this answer already.",
    400: "The address, a header or the JSON is malformed.",
    401: "No, a wrong or an expired key.",
    403: "The key lacks the scope.",
    404: "There is nothing of that name.",
    405: "The address does not take this method.",
    408: "The body did not come in time.",
    409: "The record is gone already, or its id is taken.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "The record cannot be recorded, or the key was used with another body.",
    429: "Too many requests of this key.",
    500: "Something went wrong here.",
    503: "The store or the published version is not available.",
}
_READS = (400, 401, 403, 404, 429, 500, 503)
_WRITES = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503)
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
_ETAG = {
    "ETag": {"description": "Tag of this answer, for If-None-Match.", "schema": {"type": "string"}},
    "X-Outlay-Version": {"description": "The published version.", "schema": {"type": "string"}},
}


def _problem(status: int) -> dict[str, Any]:
    documented: dict[str, Any] = {
        "description": _DETAILS[status],
        "content": {CONTENT_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}}},
    }
    return {**documented, "headers": _RETRY} if status == 429 else documented


def reads(model: type[BaseModel], *, tagged: bool = True) -> dict[str, Any]:
    """Keyword arguments of a route that reads."""
    success: dict[str, Any] = {"model": model, "description": "Found."}
    responses: dict[int | str, dict[str, Any]] = {200: success}
    if tagged:
        success["headers"] = _ETAG
        responses[304] = {"description": _DETAILS[304]}
    return {"responses": {**responses, **{status: _problem(status) for status in _READS}}}


def writes(body: type[BaseModel], model: type[BaseModel], *, idempotent_by: str = "header") -> dict[str, Any]:
    """Keyword arguments of a route that records: its body is read strictly by the route itself."""
    headers = {
        "Idempotent-Replayed": {
            "description": "true where an earlier call under the key was answered so.",
            "schema": {"type": "string", "enum": ["true"]},
        }
    }
    responses: dict[int | str, dict[str, Any]] = {
        201: {"model": model, "description": "Recorded, now or by an earlier call under the key.", "headers": headers},
        **{status: _problem(status) for status in _WRITES},
    }
    extra: dict[str, Any] = {
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}}},
        }
    }
    if idempotent_by == "header":
        extra["parameters"] = [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "Your name for this call, kept for ever: the same call again is answered as the first.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
                "example": "3f1c0e52-7d7d-4c1c-9b1e-2f4a9d2c6b10",
            }
        ]
    return {"status_code": 201, "responses": responses, "openapi_extra": extra}


PeriodName = Annotated[
    str,
    Path(
        description="A month, fiscal quarter, fiscal year, fiscal period, or `current`.",
        pattern=PERIOD,
        examples=["2026-03", "2026-Q1", "2026", "2026-P03", "current"],
    ),
]
Id = Annotated[str, Path(min_length=1, max_length=200, pattern=NO_CONTROLS)]
Filter = Annotated[str | None, Field(min_length=1, max_length=200, pattern=NO_CONTROLS)]
Limit = Annotated[int, Field(ge=1, le=500)]
CursorText = Annotated[str | None, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class Filters(BaseModel):
    """Query parameters: one that is not known is a mistake, not something to ignore."""

    model_config = ConfigDict(extra="forbid", frozen=True)
