"""Opens an ad platform's connector on the fake's small company."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.server import FakeServer
from tests.unit.sources.asking import FIRST, Opened, Opener, summed

__all__ = ["ACCOUNTS", "DAYS", "Open", "Opened", "amounts", "by_day", "open_ads"]

DAYS = [FIRST + timedelta(days=number) for number in range(4)]
ACCOUNTS = {
    "meta_ads": "700100200300",
    "linkedin_ads": "508000001",
    "tiktok_ads": "7200000001",
    "microsoft_ads": "180000001",
}
Open = Callable[..., Opened]


@pytest.fixture
def open_ads(fake: FakeServer, tmp_path: Path) -> Iterator[Open]:
    """Opens connectors: `open_ads(kind, entity, option=value)`.

    `credentials_only` names those that company.toml states; by default it states all there are.
    """
    opener = Opener(fake, tmp_path)

    def open_one(
        kind: str, entity: str = "platform_spend", credentials_only: list[str] | None = None, **options: Any
    ) -> Opened:
        keys: dict[str, Any] = {"options": options} if options else {}
        if credentials_only:
            keys["credentials"] = {name: f"{kind}_{name}".upper() for name in credentials_only}
        return opener.open(kind, entity, ACCOUNTS[kind], keys)

    yield open_one
    opener.close()


def by_day(rows: list[dict[str, Any]]) -> dict[date, Decimal]:
    """Spend by day."""
    return summed(rows, "date_day", "spend")


def amounts(*texts: str) -> dict[date, Decimal]:
    """The four days with these amounts; `-` for a day without any."""
    return {day: Decimal(text) for day, text in zip(DAYS, texts, strict=True) if text != "-"}
