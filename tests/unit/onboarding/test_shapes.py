"""What values look like, judged on values whose meaning is plain."""

from __future__ import annotations

import pytest

from outlay.onboarding.shapes import (
    currencies_beside,
    date_formats,
    digits_of,
    epoch_of,
    guess_notation,
    has_float_noise,
    is_wordy,
)
from outlay.onboarding.vocabulary import rank, unknown_words


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["2026-03-01"], [("%Y-%m-%d",)]),
        (["13/04/2026", "03/04/2026"], [("%d/%m/%Y",)]),
        (["03/04/2026"], [("%d/%m/%Y", "%m/%d/%Y")]),
        (["04-30-2026", "04-05-2026"], [("%m-%d-%Y",)]),
        (["1.3.26"], [("%d.%m.%y",)]),
        (["5-Mar-2026"], [("%d-%b-%Y",)]),
        (["20260301"], [("%Y%m%d",)]),
        (["2026-03-01 00:00:00"], [("%Y-%m-%d %H:%M:%S",)]),
        (["3/31/2026 1:05 PM"], [("%m/%d/%Y %I:%M %p",)]),
        (["00:00:00", "soon"], []),
        (["2026-03-01", "2026-03-02", "31.03.2026"], [("%Y-%m-%d",), ("%d.%m.%Y",)]),
    ],
)
def test_dates(values: list[str], formats: list[tuple[str, ...]]) -> None:
    assert date_formats(values) == formats


@pytest.mark.parametrize(
    ("free", "whole", "decimal", "thousands", "is_open"),
    [
        (["1.234,56", "3,00"], [], ",", ".", False),
        (["1,234.56"], [], ".", ",", False),
        (["0,95"], [], ",", "", False),
        (["12.50", "3"], ["4"], ".", "", False),
        (["1 234,50 €"], [], ",", " ", False),
        (["1'234.50"], [], ".", "'", False),
        (["(1,234.00)", "-7.10"], [], ".", ",", False),
        (["1,234"], [], ",", "", True),
        (["1,234"], ["2,000"], ".", ",", False),
        (["0.851", "1.251"], [], ".", "", False),
    ],
)
def test_numbers(free: list[str], whole: list[str], decimal: str, thousands: str, is_open: bool) -> None:
    guess = guess_notation(free, whole)
    assert (guess.notation.decimal, guess.notation.thousands) == (decimal, thousands)
    assert (guess.rival is not None) == is_open


def test_small_judgements() -> None:
    assert digits_of("€ 5.10") == "5.10"
    assert digits_of("A12") is None
    assert currencies_beside(["5 €", "USD 3"]) == {"EUR", "USD"}
    assert currencies_beside(["$5"]) == set()  # many countries' dollars
    assert epoch_of(["1772323200000"]) == "epoch_ms"
    assert has_float_noise(["1.429999948", "0"], ".", 2)
    assert not has_float_noise(["1.43751"], ".", 2)
    assert [is_wordy(cell) for cell in ("Day", "Cost (EUR)", "12.5", "2026-03-01", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_every_word_of_the_vocabulary_names_a_column() -> None:
    assert unknown_words() == []


def test_a_heading_is_known_by_name_stem_and_slip() -> None:
    qualities = [
        rank("platform_spend", "spend", heading)[0]
        for heading in ("Cost", "Amount spent (EUR)", "cost [net]", "Amount spnet", "Colour")
    ]
    assert qualities == [1.0, 1.0, 0.9, 0.75, 0.0]
