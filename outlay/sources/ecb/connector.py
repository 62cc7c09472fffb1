"""fx_rates from the bank's feeds: all history as zipped CSV, and the last day as XML, which is there first.

A third one, of the last 90 days, is read besides: the bank states no count or sum that would tell of a missing rate.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from outlay.sources.ecb.agreement import by_day, hold_against
from outlay.sources.ecb.feeds import csv_rates, xml_rates
from outlay.sources.fetched.errors import FetchError
from outlay.sources.fetched.http import Client
from outlay.sources.fetched.protocol import Account, RawPage, Reading, Row, Slicing

BASE_URL = "https://www.ecb.europa.eu/stats/eurofxref"
HISTORY, RECENT, DAILY = "eurofxref-hist.zip", "eurofxref-hist-90d.xml", "eurofxref-daily.xml"
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
        history, recent, daily = (self.client.get(name) for name in (HISTORY, RECENT, DAILY))
        try:
            held = by_day(csv_rates(history.body, Reading(), self.first_day))
            today, last_days = by_day(xml_rates(daily.body)), by_day(xml_rates(recent.body))
        except (ValueError, LookupError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise FetchError(f"a feed of the bank cannot be read ({error}); run again later") from None
        hold_against(held, last_days, today, self.first_day)
        yield history.page(HISTORY, "history")
        # Both feeds hold most days; the daily one counts only while the other lags behind.
        if max(today) > max(held):
            yield daily.page(DAILY, "daily")

    def parse(self, page: RawPage, account: Account, reading: Reading) -> Iterator[Row]:
        is_daily = page.role == "daily"
        rates = xml_rates(page.body, reading) if is_daily else csv_rates(page.body, reading, self.first_day)
        for day, currency, rate in rates:
            if day >= self.first_day:
                yield {
                    "from_currency": "EUR",
                    "to_currency": currency,
                    "date_day": day,
                    "rate": rate,
                    "rate_type": "spot",
                }

    def control_total(self, account: Account, first_day: date, last_day: date) -> Mapping[date, Decimal] | None:
        return None
