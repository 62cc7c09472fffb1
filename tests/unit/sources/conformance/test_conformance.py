"""The ad platforms' spend keeps every promise."""

from __future__ import annotations

import pytest

from tests.unit.sources.conformance.cases import SPEND_CASES
from tests.unit.sources.conformance.promises import Conformance


@pytest.mark.parametrize("case", SPEND_CASES, ids=lambda case: case.id)
class TestSpend(Conformance):
    """See promises.py."""
