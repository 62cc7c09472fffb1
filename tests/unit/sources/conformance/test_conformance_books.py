"""The ledgers and the shop keep every promise."""

from __future__ import annotations

import pytest

from tests.unit.sources.conformance.cases import BOOKS_CASES
from tests.unit.sources.conformance.promises import Conformance


@pytest.mark.parametrize("case", BOOKS_CASES, ids=lambda case: case.id)
class TestBooks(Conformance):
    """See promises.py."""
