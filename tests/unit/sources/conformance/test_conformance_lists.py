"""The ad platforms' campaigns and bills, and the exchange rates, keep every promise."""

from __future__ import annotations

import pytest

from tests.unit.sources.conformance.cases import OTHER_ADS_CASES
from tests.unit.sources.conformance.promises import Conformance


@pytest.mark.parametrize("case", OTHER_ADS_CASES, ids=lambda case: case.id)
class TestLists(Conformance):
    """See promises.py."""
