"""Errors as answers: problem details (RFC 9457), one shape for every status."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - the standard's word
    """An answer other than success. `kind` is the last part of the problem's type, stable for programs.

    `errors` name the fields that are wrong: (where it stands, what is wrong with it).
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def body(self, instance: str, request_id: str) -> bytes:
        """The JSON document. `instance` is the path that was asked."""
        document: dict[str, object] = {
            "type": f"urn:outlay:problem:{self.kind}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = [{"field": field, "detail": detail} for field, detail in self.errors]
        return json.dumps(document, ensure_ascii=True).encode()


def not_found(what: str) -> Problem:
    """404: nothing of this name is published or recorded."""
    return Problem(404, "not-found", what)


def bad_request(detail: str, *errors: tuple[str, str]) -> Problem:
    """400: the address, a header or the JSON itself is malformed."""
    return Problem(400, "bad-request", detail, errors=errors)


def unprocessable(detail: str, *errors: tuple[str, str]) -> Problem:
    """422: well-formed, but not something that can be recorded."""
    return Problem(422, "invalid-record", detail, errors=errors)
