"""The arithmetic macros against Python's exact fractions: rounding half-even, parts that sum to their whole."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import duckdb
import pytest

from tests.support.dbt_runs import compiled

DIVISIONS = [(n, d) for n in (0, 1, 2, 3, 5, 7, 25, -1, -3, -5, -25, 10**30 + 1) for d in (1, 2, 3, 4, 10, -2, -3, -10)]
# On both sides of what fits 18 digits.
WIDE_VALUES = ["0.01", "-0.01", "99999999999999.99", "100000000000000.00", "-123456789012345678901234567890.12"]
FINE_VALUES = ["0.000000001", "-0.000000001", "999999999.999999999", "-999999999.999999999", "-1.500000000"]
AMOUNTS = ["0.005", "0.015", "0.025", "-0.005", "-0.015", "-0.025", "1.2349", "1.2350", "1.2351", "-7.1250", "2"]


@pytest.fixture(scope="module")
def sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One query that asks every macro; its inputs are the tables `divisions`, `amounts` and `shares`."""
    folder = tmp_path_factory.mktemp("macros")
    inline = """
        select 'divided' as kind, n as a, d as b, cast({{ divide_half_even('n', 'd') }} as varchar) as c from divisions
        union all
        select 'estimated', n, d, cast({{ estimated_division('n', 'd') }} as varchar) from divisions
        union all
        select 'units of cents', cast(value as varchar), 0, cast({{ as_units('value', 2) }} as varchar) from wide_values
        union all
        select 'units of billionths', cast(value as varchar), 0, cast({{ as_units('value', 9) }} as varchar)
        from fine_values
        union all
        select 'rounded', amount, 2, cast({{ round_half_even('amount', 2) }} as varchar) from amounts
        union all
        select 'even part', position, 0, cast({{ even_part('100', 'position', 'position', '7') }} as varchar)
        from (select unnest(range(1, 8)) as position) as steps
        union all
        select whole, weight, number, cast(part as varchar)
        from {{ largest_remainder('shares', 'total', 'weight', ['whole'], ['number'], 'part') }}
    """
    return compiled(inline, folder / "landing", folder / "warehouse.duckdb")


@pytest.fixture(scope="module")
def answers(sql: str) -> dict[str, list[tuple[str, str, str]]]:
    connection = duckdb.connect()
    connection.execute("create table divisions (n hugeint, d hugeint)")
    connection.executemany("insert into divisions values (?, ?)", DIVISIONS)
    connection.execute("create table wide_values (value decimal(38, 2))")
    connection.executemany("insert into wide_values values (?)", [[value] for value in WIDE_VALUES])
    connection.execute("create table fine_values (value decimal(18, 9))")
    connection.executemany("insert into fine_values values (?)", [[value] for value in FINE_VALUES])
    connection.execute("create table amounts (amount decimal(18, 4))")
    connection.executemany("insert into amounts values (?)", [[amount] for amount in AMOUNTS])
    connection.execute(
        """
        create table shares as
        select * from (values
            ('thirds', 1, 100.00, 1), ('thirds', 2, 100.00, 1), ('thirds', 3, 100.00, 1),
            ('credit', 1, -0.05, 2), ('credit', 2, -0.05, 2), ('credit', 3, -0.05, 1),
            ('finer', 1, 0.0001, 5), ('finer', 2, 0.0001, 6),
            ('nothing', 1, 9.00, 0), ('nothing', 2, 9.00, 0)
        ) as share (whole, number, total, weight)
        """
    )
    found: dict[str, list[tuple[str, str, str]]] = {}
    for kind, *values in connection.execute(sql).fetchall():
        found.setdefault(kind, []).append(tuple(str(value) for value in values))  # type: ignore[arg-type]
    return found


def test_quotients_round_half_even_with_any_sign_and_width(answers: dict[str, list[tuple[str, str, str]]]) -> None:
    quotients = {(int(Decimal(n)), int(Decimal(d))): int(q) for n, d, q in answers["divided"]}
    assert quotients == {(n, d): round(Fraction(n, d)) for n, d in DIVISIONS}


def test_estimated_quotients_are_the_exact_ones(answers: dict[str, list[tuple[str, str, str]]]) -> None:
    quotients = {(int(Decimal(n)), int(Decimal(d))): int(q) for n, d, q in answers["estimated"]}
    assert quotients == {(n, d): round(Fraction(n, d)) for n, d in DIVISIONS}


@pytest.mark.parametrize(("kind", "values"), [("units of cents", WIDE_VALUES), ("units of billionths", FINE_VALUES)])
def test_units_keep_every_digit(answers: dict[str, list[tuple[str, str, str]]], kind: str, values: list[str]) -> None:
    units = {value: int(unit) for value, _, unit in answers[kind]}
    assert units == {value: int(value.replace(".", "")) for value in values}


def test_amounts_round_half_even(answers: dict[str, list[tuple[str, str, str]]]) -> None:
    rounded = {Decimal(amount): Decimal(cents) for amount, _, cents in answers["rounded"]}
    assert rounded == {
        Decimal(amount): Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_EVEN) for amount in AMOUNTS
    }


def test_even_parts_never_stray_by_more_than_half_a_unit(answers: dict[str, list[tuple[str, str, str]]]) -> None:
    parts = [int(part) for _, _, part in sorted(answers["even part"], key=lambda row: Decimal(row[0]))]
    running = [sum(parts[:count]) for count in range(1, 8)]
    assert running == [round(Fraction(100 * count, 7)) for count in range(1, 8)]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("thirds", ["33.3400", "33.3300", "33.3300"]),  # the cent left goes to the first of equals
        ("credit", ["-0.0200", "-0.0200", "-0.0100"]),  # 2 : 2 : 1 of five cents
        ("finer", ["0.0000", "0.0001"]),  # less than a cent is divided by its last decimal
        ("nothing", ["None", "None"]),  # no weight, no parts
    ],
)
def test_shares_sum_to_their_whole(
    answers: dict[str, list[tuple[str, str, str]]], whole: str, parts: list[str]
) -> None:
    found = sorted(answers[whole], key=lambda row: Decimal(row[1]))
    assert [part for _, _, part in found] == parts
