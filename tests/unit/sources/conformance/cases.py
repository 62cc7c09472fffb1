"""Every connector and entity that the kit runs against: add a Case to the list that it belongs to.

ads_cases.py holds the ad platforms and the exchange rates, books_cases.py the ledgers and the shop. Each list has a
test module of its own, so that they run side by side.
"""

from __future__ import annotations

from tests.unit.sources.conformance.ads_cases import ADS_CASES
from tests.unit.sources.conformance.books_cases import BOOKS_CASES

CASES = [*ADS_CASES, *BOOKS_CASES]
SPEND_CASES = [case for case in ADS_CASES if case.entity == "platform_spend"]
OTHER_ADS_CASES = [case for case in ADS_CASES if case.entity != "platform_spend"]
