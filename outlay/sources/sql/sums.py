"""Sums of decimals for a database that has none."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


class ExactSum:
    """An aggregate function over numbers written as text; NULL over no number, `not a number` where a text is none."""

    def __init__(self) -> None:
        self._sum: Decimal | None = None
        self._broken = False

    def step(self, value: str | None) -> None:
        if value is None:
            return
        try:
            self._sum = (self._sum or Decimal(0)) + Decimal(value)
        except InvalidOperation:
            self._broken = True

    def finalize(self) -> str | None:
        if self._broken:
            return "not a number"
        return None if self._sum is None else f"{self._sum:f}"
