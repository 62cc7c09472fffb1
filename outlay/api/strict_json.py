"""JSON as RFC 8259 has it and no further: no NaN, no Infinity, no key twice, numbers exact."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, NoReturn

from outlay.api.problems import Problem, bad_request


def parse(body: bytes) -> Any:
    """The value that `body` states; a number with a fraction or exponent is a Decimal. Raises Problem (400)."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request(f"the body is not UTF-8: {error.reason} at byte {error.start}") from None
    try:
        return _DECODER.decode(text)
    except Problem:
        raise
    except RecursionError:
        raise bad_request("the body is nested too deeply") from None
    except ValueError as error:
        raise bad_request(f"the body is not JSON: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise bad_request(f"the body is not JSON: {name} is not a JSON number")


def _object_with_each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise bad_request(f"the key {twice!r} stands twice in one object", (twice, "stands twice"))
    return found


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object_with_each_key_once
)
