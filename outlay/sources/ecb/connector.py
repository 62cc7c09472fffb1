"""fx_rates from the bank's two feeds: all history as zipped CSV, and the last day as XML, which is there first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from outlay.sources.ecb.feeds import Rate, csv_rates, newest_day, xml_rates
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing

BASE_URL = "https://www.ecb.europa.eu/stats/eurofxref"
HISTORY, DAILY = "eurofxref-hist.zip", "eurofxref-daily.xml"
# The first day of a company may be a holiday: the rate that holds on it is some days older.
_BEFORE_START = timedelta(days=14)


class EcbRates:
    """fx_rates. `rate` is what one euro costs in `to_currency`; weekends and holidays have none."""

    entity = "fx_rates"
    restatement_days = 1
    slicing: Slicing = "all"
    controlled: str | None = None
    version = 1

    def __init__(self, client: Client, start: date | None) -> None:
        self.client = client
        self.first_day = start - _BEFORE_START if start else date.min

    def describe(self, account: str) -> Account:
        return Account(account, "European Central Bank", "EUR")

    def fetch(self, account: Account, first_day: date, last_day: date) -> Iterator[RawPage]:
        history = self.client.get(HISTORY)
        yield history.page(HISTORY, "history")
        daily = self.client.get(DAILY)
        # Both feeds hold most days; the daily one counts only while the other lags behind.
        of_today = next((rate.day for rate in xml_rates(daily.body)), date.min)
        if of_today > newest_day(history.body):
            yield daily.page(DAILY, "daily")

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        rates = xml_rates(page.body) if page.role == "daily" else csv_rates(page.body, reading)
        for rate in rates:
            if rate.day >= self.first_day:
                yield _row(rate)

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        return None


def _row(rate: Rate) -> Row:
    return {
        "from_currency": "EUR",
        "to_currency": rate.currency,
        "date_day": rate.day,
        "rate": rate.rate,
        "rate_type": "spot",
    }
