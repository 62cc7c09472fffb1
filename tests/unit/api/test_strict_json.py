"""JSON as the standard has it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from outlay.api.problems import Problem
from outlay.api.strict_json import parse


def test_numbers_stay_exact() -> None:
    assert parse(b'{"a": 0.1, "b": 12345678901234567890.12, "c": 7}') == {
        "a": Decimal("0.1"),
        "b": Decimal("12345678901234567890.12"),
        "c": 7,
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"nul", b"NaN", b"[Infinity]", b"[-Infinity]", b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b"\xff",
     b"[" * 100_000, b"[1,]", b"'a'", b"1 2", b"9" * 10_000, b"\xef\xbb\xbf{}"],
)  # fmt: skip
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(Problem) as refused:
        parse(body)
    assert refused.value.status == 400
