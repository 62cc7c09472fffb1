"""Great Expectations and SQL must read a rule alike, and both as a person would."""

from __future__ import annotations

import duckdb
import pytest

from outlay.quality.expectations import Validator, frame_from
from outlay.quality.rules import Rule, between, in_set, matches, not_null, ordered, unique

ROWS = """
    select * from (values
        (1, 'a', 'x', 1.00::decimal(18,4), date '2026-01-01', date '2026-01-31'),
        (2, 'b', 'y', -0.0001, date '2026-02-01', date '2026-01-31'),
        (3, null, 'z', null, null, date '2026-01-31'),
        (4, 'b', null, 100.0001, date '2026-02-01', date '2026-02-01'),
        (5, 'b', 'y', 100.0000, date '2026-02-01', null)
    ) as t(id, name, kind, amount, starts, ends)
"""

# Rule -> ids of the rows that break it, told by eye.
CASES: list[tuple[Rule, list[int]]] = [
    (not_null("name")[0], [3]),
    (in_set("kind", "x", "y"), [3]),
    (between("amount", low=0), [2]),
    (between("amount", 0, 100), [2, 4]),
    (between("amount", "1.0001"), [1, 2]),
    (matches("kind", "[xz]", "x"), [2, 5]),
    (matches("name", "a|bb", "a"), [2, 4, 5]),
    (ordered("starts", "ends"), [2]),
    (unique("name", "kind"), [2, 5]),
]


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator()


@pytest.mark.parametrize(("rule", "broken"), CASES, ids=lambda value: value.name if isinstance(value, Rule) else "")
def test_great_expectations_finds_the_rows_that_break_a_rule(
    validator: Validator, rule: Rule, broken: list[int]
) -> None:
    with duckdb.connect() as connection:
        frame = frame_from(connection, ROWS, {}, ("id",))
    row_count, finding = validator.validate(frame, [rule], rows=(5, 5))
    assert row_count.outcome == "passed"
    assert finding.outcome == "failed"
    assert [row["id"] for row in finding.failing] == broken


@pytest.mark.parametrize(
    ("rule", "broken"), [case for case in CASES if case[0].kind != "unique"], ids=lambda v: getattr(v, "name", "")
)
def test_sql_finds_the_same_rows(rule: Rule, broken: list[int]) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(f"select id from ({ROWS}) where {rule.violation()} order by id").fetchall()
    assert [row[0] for row in found] == broken


def test_amounts_stand_exactly_in_the_frame() -> None:
    with duckdb.connect() as connection:
        frame = frame_from(connection, "select 1 as id, 12345678901234.5678::decimal(18,4) as amount", {}, ("id",))
    assert frame.data["amount"].tolist() == [123456789012345678]
    assert frame.scales == {"amount": 4}


def test_a_check_that_raises_is_an_error_and_never_skipped(validator: Validator) -> None:
    with duckdb.connect() as connection:
        frame = frame_from(connection, "select 1 as id", {}, ("id",))
    findings = validator.validate(frame, [between("absent", low=0), *not_null("id")], rows=(1, 1))
    assert [finding.outcome for finding in findings] == ["passed", "error", "passed"]
    assert "could not run" in findings[1].observed


def test_an_empty_frame_and_an_empty_column_are_caught(validator: Validator) -> None:
    with duckdb.connect() as connection:
        nothing = frame_from(connection, "select 1 as id, 2 as n where false", {}, ("id",))
        hollow = frame_from(connection, "select 1 as id, null::integer as n", {}, ("id",))
    rules = [between("n", low=0), *not_null("n")]
    assert [f.outcome for f in validator.validate(nothing, rules, rows=(1, None))] == ["failed", "passed", "passed"]
    assert [f.outcome for f in validator.validate(hollow, rules, rows=(1, None))] == ["passed", "passed", "failed"]


def test_uniqueness_has_no_row_predicate() -> None:
    with pytest.raises(ValueError, match="no property of one row"):
        unique("a").violation()
