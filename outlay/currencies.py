"""ISO 4217 currencies: the codes from the CLDR data that babel ships, the minor units as the standard lists them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import list_currencies


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """Every ISO 4217 code, historical ones included: old ledgers and old rate tables name them."""
    return frozenset(list_currencies())


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code, upper case."""
    return isinstance(code, str) and code in currency_codes()


_DIGITS_OTHER_THAN_TWO = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# The minor units of ISO 4217, table A.1. CLDR's digits are those of cash and differ (it has 0 for IQD).
_MINOR_DIGITS = {code: digits for digits, codes in _DIGITS_OTHER_THAN_TWO.items() for code in codes.split()}


def minor_digits(code: str) -> int:
    """How many decimals an amount in this currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _MINOR_DIGITS.get(code, 2)


def to_minor(amount: Decimal, code: str) -> int:
    """`amount` in whole minor units (cents). Raises ValueError where the currency has fewer decimals than it."""
    scaled = amount.scaleb(minor_digits(code))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{code} has {minor_digits(code)} decimals; found {amount:f}")
    return int(scaled)


def from_minor(units: int, code: str) -> Decimal:
    """Minor units as an exact amount with the currency's own decimals."""
    return Decimal(units).scaleb(-minor_digits(code))
