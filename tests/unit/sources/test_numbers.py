"""Numbers are read exactly or not at all; the reference is Python's Decimal."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.sources.sql_values import numbers

CENT = Decimal("0.0001")
amounts = st.decimals(min_value=-(10**13), max_value=10**13, allow_nan=False, places=6)
quick = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(st.lists(amounts, min_size=1, max_size=80))
def test_plain_numbers_are_rounded_half_even_to_four_decimals(drawn: list[Decimal]) -> None:
    expected = [value.quantize(CENT, ROUND_HALF_EVEN) for value in drawn]
    assert numbers([f"{value:f}" for value in drawn]) == expected


@quick
@given(st.lists(amounts, min_size=1, max_size=80))
def test_grouped_numbers_read_the_same_in_every_notation(drawn: list[Decimal]) -> None:
    expected = [value.quantize(CENT, ROUND_HALF_EVEN) for value in drawn]
    english = [f"{value:,f}" for value in drawn]
    german = [text.translate(str.maketrans(",.", ".,")) for text in english]
    french = [text.translate(str.maketrans({",": "\u202f", ".": ","})) for text in english]
    swiss = [text.replace(",", "'") for text in english]
    assert numbers(english, thousands=",") == expected
    assert numbers(german, decimal=",", thousands=".") == expected
    assert numbers(french, decimal=",", thousands=" ") == expected
    assert numbers(swiss, thousands="'") == expected


@quick
@given(st.lists(st.integers(min_value=-(10**18), max_value=10**18), min_size=1, max_size=80))
def test_micros_are_divided_once_and_exactly(drawn: list[int]) -> None:
    expected = [(Decimal(value) / 10**6).quantize(CENT, ROUND_HALF_EVEN) for value in drawn]
    assert numbers([str(value) for value in drawn], divide_by=10**6) == expected


@quick
@given(st.lists(st.floats(min_value=-1e6, max_value=1e6, width=32), min_size=1, max_size=80))
def test_noise_digits_are_rounded_half_up_where_that_is_declared(drawn: list[float]) -> None:
    texts = [f"{Decimal(repr(value)):f}" for value in drawn]
    expected = [Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP) for text in texts]
    assert numbers(texts, round_to=2) == expected


@quick
@given(st.lists(st.text(alphabet="0123456789.,-+() eE'€$", max_size=12), min_size=1, max_size=60))
def test_whatever_is_read_is_what_the_digits_say(drawn: list[str]) -> None:
    for text, value in zip(drawn, numbers(drawn, thousands=","), strict=True):
        if value is not None:
            digits = "".join(character for character in text if character in "0123456789.")
            scientific = "e" in text.lower()
            assert abs(value) == (0 if scientific else Decimal(digits).quantize(CENT, ROUND_HALF_EVEN)), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        ("-12.5", "-12.5"),
        ("+3", "3"),
        (".5", "0.5"),
        ("(12.50)", "-12.50"),
        ("12.50-", "-12.50"),
        ("− 4", "-4"),
        ("€ 5", "5"),
        ("5 EUR", "5"),
        ("EUR-5.00", "-5"),
        ("-€5", "-5"),
        ("-2e-18", "0"),
        ("1.00005", "1.0000"),
        ("1.00015", "1.0002"),
        ("1.000050000000000000000000001", "1.0001"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("99999999999999.99995", None),
        ("1e3", None),
        ("1e308", None),
        ("nan", None),
        ("Infinity", None),
        ("1,234.50", None),
        ("1.234,50", None),
        ("5.", None),
        ("1 234", None),
        ("-(3)", None),
        ("--3", None),
        ("5 USD", None),
        ("£5", None),
        ("0x10", None),
        ("1_000", None),
        ("١٢", None),
        ("12%", None),
    ],
)
def test_one_amount_in_euros(text: str, expected: str | None) -> None:
    assert numbers([text], currency="EUR") == [None if expected is None else Decimal(expected)]


@pytest.mark.parametrize("text", ["12,34.5", "1,2345", ",123", "1,,234", "1,234,56", "1234,567.0", "0,12"])
def test_groups_of_other_than_three_digits_are_no_number(text: str) -> None:
    assert numbers([text], thousands=",") == [None]


def test_whole_numbers_are_whole() -> None:
    texts = ["3", "3.0", "3.5", "1,000", "-7", "1e3", "999999999999999999", "9999999999999999999"]
    assert numbers(texts, kind="integer", thousands=",") == [3, 3, None, 1000, -7, None, 999999999999999999, None]


def test_rates_keep_eight_decimals_and_may_be_scientific() -> None:
    assert numbers(["2.68e-06", "1.123456785", "13111"], kind="rate") == [
        Decimal("0.00000268"),
        Decimal("1.12345678"),  # half to even
        Decimal("13111"),
    ]
