"""ISO 4217 currencies, from the CLDR data that babel ships."""

from __future__ import annotations

from functools import lru_cache

from babel.numbers import list_currencies


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """Every ISO 4217 code, historical ones included: old ledgers and old rate tables name them."""
    return frozenset(list_currencies())


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code, upper case."""
    return isinstance(code, str) and code in currency_codes()
