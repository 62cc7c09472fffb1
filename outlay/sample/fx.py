"""Exchange rates as the European Central Bank states them: units of a currency per euro, on business days only."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from outlay.sample.chance import Stream, generator
from outlay.sample.days import day_of, is_business_day
from outlay.sample.files import Exports, csv_text

CURRENCIES = ("USD", "JPY", "GBP", "CHF")
_LEVEL = {"USD": 1.0930, "JPY": 161.20, "GBP": 0.8571, "CHF": 0.9440}
BUDGET_RATES = {"USD": "1.0900", "GBP": "0.8600"}
HISTORY_DAYS = 45
_CENT = Decimal("0.01")


class Rates:
    """The rates known so far. `advance` must be called for every day in order."""

    def __init__(self, seed: int, start: int) -> None:
        self._seed = seed
        self._level = dict(_LEVEL)
        self._published: dict[int, dict[str, str]] = {}
        self._day = start - HISTORY_DAYS - 1
        self.advance(start - 1)

    def advance(self, ordinal: int) -> None:
        """Publish the rates of every business day up to `ordinal`."""
        while self._day < ordinal:
            self._day += 1
            if not is_business_day(self._day):
                continue
            steps = generator(self._seed, Stream.RATES, self._day).normal(0.0, 0.004, len(CURRENCIES))
            for currency, step in zip(CURRENCIES, steps, strict=True):
                pull = 0.02 * (_LEVEL[currency] / self._level[currency] - 1)
                self._level[currency] *= 1 + float(step) + pull
            self._published[self._day] = {
                currency: f"{self._level[currency]:.{2 if currency == 'JPY' else 5 if currency == 'GBP' else 4}f}"
                for currency in CURRENCIES
            }
            if len(self._published) > 120:
                del self._published[min(self._published)]

    def per_euro(self, currency: str, ordinal: int) -> Decimal:
        """Units of `currency` per euro on that day or the last business day before; the day must not lie ahead."""
        if currency == "EUR":
            return Decimal(1)
        known = [day for day in self._published if day <= ordinal]
        return Decimal(self._published[max(known)][currency])

    def to_home(self, currency: str, ordinal: int) -> Decimal:
        """Euros for one unit, to eight places: what a ledger states as its rate."""
        return (1 / self.per_euro(currency, ordinal)).quantize(Decimal("0.00000001"), ROUND_HALF_EVEN)

    def write_day(self, exports: Exports, ordinal: int) -> None:
        """The bank's file of one day, if it published one."""
        if ordinal in self._published:
            exports.delivery("ecb", "eurofxref", ordinal, ".csv", self._wide([ordinal]))

    def write_history(self, exports: Exports, start: int) -> None:
        """The bank's file of the days before the exports begin, the newest first as the bank writes it."""
        days = sorted((day for day in self._published if day < start), reverse=True)
        exports.delivery("ecb", "eurofxref", start - 1, ".csv", self._wide(days))

    def _wide(self, days: list[int]) -> str:
        # Every line of the bank's file ends in a comma, and currencies it no longer lists are N/A.
        return csv_text(
            ["Date", *CURRENCIES, "HRK", ""],
            (
                [day_of(day).isoformat(), *(self._published[day][currency] for currency in CURRENCIES), "N/A", ""]
                for day in days
            ),
        )


def home_cents(cents: int, rate: Decimal) -> int:
    """Cents of a document currency in euro cents at `rate` euros a unit, half-even."""
    return int((Decimal(cents) * rate).quantize(Decimal(1), ROUND_HALF_EVEN))
