"""Detectors against what is planted in the sample company: recall, precision, amounts, no more than the evidence."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.savings.sample_company import build_sample, compare
from tests.support.dbt_runs import rows

LONG = [
    pytest.param(150, 11, marks=pytest.mark.slow),
    pytest.param(240, 23, marks=pytest.mark.slow),
    pytest.param(365, 42, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("days", "seed"), [pytest.param(90, 7), *LONG])
def test_what_is_planted_is_found_and_look_alikes_are_left_alone(tmp_path: Path, days: int, seed: int) -> None:
    warehouse = build_sample(tmp_path, days=days, seed=seed)
    compared = compare(tmp_path)
    assert compared.recall >= 0.95, compared.missed
    assert compared.precision >= 0.98, compared.wrong
    assert not compared.differing

    over = rows(
        warehouse,
        """
        select purse, sum(claimable_amount) as claimed, max(purse_amount) as worth
        from intermediate.int_claims_capped
        group by purse
        having sum(claimable_amount) > max(purse_amount)
        """,
    )
    assert not over

    # What the agency gave back stands in its credit memos, tax apart.
    (target,) = rows(warehouse, "select * from marts.savings_targets")
    credited = rows(
        warehouse,
        """
        select -sum(net_amount) as amount from staging.stg_procurement__vendor_invoices
        where invoice_id like 'A-010-%-C' and invoice_number in (
            select doc_id from staging.stg_ledger__entries where status = 'posted'
        )
        """,
    )
    assert target["realised_one_off_amount"] == credited[0]["amount"] > 0
    assert target["target_amount"] == Decimal("18000.00")  # a tenth of 900,000.00, at a fifth of the size
