"""What counts as the same row."""

from __future__ import annotations

from decimal import Decimal

from outlay.sources.fetched.counting import identities


def test_rows_are_told_apart_by_their_key() -> None:
    rows = [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}, {"id": 2}]
    assert len(identities(rows, "id")) == 2
    assert len(identities(rows)) == 3


def test_rows_without_a_key_are_told_apart_by_all_they_hold() -> None:
    """A key that the platform renamed is for the parser to tell: its rows have not become fewer."""
    rows = [{"name": "a", "amount": Decimal("1.5")}, {"name": "b"}, {"name": "b", "id": None}, "text", ["list"]]
    assert len(identities(rows, "id")) == 5


def test_the_first_key_that_is_there_counts() -> None:
    rows = [{"dimensions": {"day": 1, "campaign": 2}}, {"dimensions": {"campaign": 2, "day": 1}}, {"campaign_id": "7"}]
    assert len(identities(rows, "dimensions", "campaign_id")) == 2
