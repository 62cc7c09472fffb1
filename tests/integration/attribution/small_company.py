"""A small company whose credits were computed by hand: one person a case, so that cases do not touch each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.dbt_runs import rows

Row = dict[str, Any]


def touch(touch_id: str, user_id: str, touched_at: str, channel: str = "email", **more: Any) -> Row:
    return {"touch_id": touch_id, "user_id": user_id, "touched_at": touched_at, "channel": channel, **more}


def conversion(conversion_id: str, user_id: str, converted_at: str, revenue: str, **more: Any) -> Row:
    row = {"conversion_id": conversion_id, "user_id": user_id, "converted_at": converted_at, "revenue": revenue}
    return {**row, "currency": "EUR", **more}


def refund(refund_id: str, conversion_id: str, refunded_at: str, amount: str, currency: str = "EUR") -> Row:
    row = {"refund_id": refund_id, "conversion_id": conversion_id, "refunded_at": refunded_at}
    return {**row, "amount": amount, "currency": currency}


def credited(warehouse: Path, conversion_id: str, model: str) -> dict[str | None, str]:
    """Touch -> revenue under one model, in the order of the path."""
    found = rows(
        warehouse,
        f"""
        select touch_id, revenue_amount from marts.touch_credits
        where conversion_id = '{conversion_id}' and model = '{model}' order by touch_number
        """,
    )
    return {row["touch_id"]: str(row["revenue_amount"]) for row in found}


def value(warehouse: Path, sql: str) -> str:
    """The one value of a query, as text."""
    (row,) = rows(warehouse, sql)
    (found,) = row.values()
    return str(found)
