"""What the fakes of ledgers and shops share: whose account it is, how figures and days are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, World

Row = dict[str, Any]
HOME = "EUR"
ZERO = Decimal(0)


def account_of(world: World, kind: str, account: str | None) -> FakeAccount | None:
    """The account; where the world knows none of this kind, any account there could be."""
    from tests.fakes.data import FakeAccount

    known = world.accounts.get(kind)
    if known is None:
        return FakeAccount(str(account), f"{kind.title()} company", HOME, "Europe/Berlin")
    return known.get(str(account))


def rows(world: World, entity: str) -> list[Row]:
    return world.tables.get(entity, [])


def is_posted(row: Row) -> bool:
    return (row.get("status") or "posted") == "posted"


def home(row: Row) -> Decimal:
    """A ledger line in home currency."""
    stated = row.get("amount_home")
    if stated is not None:
        return Decimal(stated)
    return Decimal(row["amount"] * row["fx_rate"]) if row.get("fx_rate") is not None else Decimal(row["amount"])


def figure(amount: Decimal | int | None) -> str | None:
    """Digits without needless zeros, never with an exponent."""
    if amount is None:
        return None
    value = Decimal(amount)
    return (
        f"{value.quantize(Decimal('0.01')):f}" if value == value.quantize(Decimal("0.01")) else f"{value.normalize():f}"
    )


def instant(moment: datetime | None) -> str | None:
    """A moment, UTC where it says nothing else."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def milliseconds(value: date | datetime | None) -> str | None:
    """Microsoft's way of writing a moment: /Date(ms+0000)/."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"/Date({round(moment.timestamp() * 1000)}+0000)/"


def grouped(table: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """The rows by a column's value, in the order in which they stand."""
    found: dict[str, list[Row]] = {}
    for row in table:
        found.setdefault(str(row[column]), []).append(row)
    return found
