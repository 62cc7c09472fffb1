"""What is said of claims at the end of a run."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.story import story
from tests.support.page_marts import AS_OF, publish_company, small_company

RECOVER = {"class": "cash_recovery", "counts_as_saving": True, "claimable_amount": Decimal("75.00")}
AVOID = {"class": "avoidance", "counts_as_saving": False, "claimable_amount": Decimal("20.50")}
RELEASE = {"class": "release", "counts_as_saving": False, "claimable_amount": Decimal("4.50")}


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ([RECOVER, AVOID], "1 claim to recover or no longer spend 75.00 EUR, the largest:"),
        ([AVOID, RELEASE], "2 claims of 25.00 EUR to avoid, release or move; none is a saving yet."),
        ([], "No claim is worth money in this data."),
    ],
)
def test_what_is_no_saving_is_still_told(tmp_path: Path, claims: list[dict[str, Any]], said: str) -> None:
    tables = small_company()
    like = tables["savings_opportunities"][0]
    tables["savings_opportunities"] = [{**like, **claim, "claim_id": str(no)} for no, claim in enumerate(claims)]
    version = publish_company(tmp_path, tables)
    told = story(version.database, as_of=AS_OF, currency="EUR", landed_rows=3, sources=1)
    assert said in told
