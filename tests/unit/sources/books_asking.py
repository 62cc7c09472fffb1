"""Opens the connector of a ledger or a shop on the fake's small books."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outlay.sources.fetched import bucket
from outlay.sources.fetched.protocol import RawPage
from tests.fakes.server import FakeServer
from tests.fakes.small_books import ACCOUNTS, small_books
from tests.unit.sources.asking import FIRST, Opened, Opener, summed

Open = Callable[..., Opened]


@pytest.fixture
def open_books(fake: FakeServer, tmp_path: Path) -> Iterator[Open]:
    """Opens connectors: `open_books(kind, entity, option=value)`."""
    fake.world = small_books()
    bucket._shared.clear()  # waits are not slept, so that a bucket never fills again
    opener = Opener(fake, tmp_path)

    def open_one(
        kind: str,
        entity: str = "ledger_entries",
        start: date = FIRST,
        keys: dict[str, Any] | None = None,
        **options: Any,
    ) -> Opened:
        more = {"start": start, **(keys or {})} | ({"options": options} if options else {})
        return opener.open(kind, entity, ACCOUNTS[kind], more)

    yield open_one
    opener.close()


def page_of(document: Any, folder: Path, role: str = "rows") -> RawPage:
    """A page that holds `document` as JSON, fractions as they are written in text."""
    body = folder / "page.json"
    body.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return RawPage("by hand", body, role)


def sums(rows: list[dict[str, Any]], by: str, column: str = "amount") -> dict[Any, Decimal]:
    """The sum of a column by another one's value."""
    return summed(rows, by, column)
