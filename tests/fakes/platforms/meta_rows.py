"""Meta's rows: every number is text, no `actions` where there were none, days without delivery have no row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.fakes.answers import Json

if TYPE_CHECKING:
    from tests.fakes.data import FakeAccount, Row, World

KIND = "meta_ads"
LEVELS = ("account", "campaign", "adset", "ad")
# Each purchase shows under several names: to add them up is to count it three times.
_PURCHASE = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
FIELDS = (
    "account_id", "account_name", "account_currency", "campaign_id", "campaign_name", "adset_id", "adset_name",
    "ad_id", "ad_name", "date_start", "date_stop", "spend", "impressions", "clicks", "inline_link_clicks", "reach",
    "actions", "action_values", "conversions", "conversion_values", "objective", "attribution_setting",
)  # fmt: skip


def insights(
    world: World, account: FakeAccount, parameters: Mapping[str, str], first_day: date, last_day: date
) -> list[Json]:
    """The rows of a report. Without `time_increment=1` one row stands for the whole range."""
    level = parameters.get("level", "account")
    rows = [
        row for row in _rows(world, account, level, first_day, last_day) if _admitted(world, parameters, level, row)
    ]
    if parameters.get("time_increment", "all_days") != "1":
        rows = _whole(world, rows, first_day, last_day, level)
    wanted = {"date_start", "date_stop", *parameters.get("fields", "").split(",")}
    made = (_row(world, account, level, row) for row in rows if row["spend"] or row["impressions"])
    return [{name: value for name, value in row.items() if name in wanted} for row in made]


def _rows(world: World, account: FakeAccount, level: str, first_day: date, last_day: date) -> list[Row]:
    if level == "account":
        return world.by_day(KIND, account.id, first_day, last_day)
    rows = world.spend(KIND, account.id, first_day, last_day)
    return [part for row in rows for part in _ads(row)] if level == "ad" else rows


def _admitted(world: World, parameters: Mapping[str, str], level: str, row: Row) -> bool:
    """Campaigns that were removed are left out of every level but the account's, unless DELETED is asked for."""
    if level == "account":
        return True
    filters = {one["field"]: one["value"] for one in json.loads(parameters.get("filtering") or "[]")}
    if (KIND, row["campaign_id"]) in world.removed and "DELETED" not in filters.get("campaign.effective_status", ()):
        return False
    return row["campaign_id"] in filters.get("campaign.id", (row["campaign_id"],))


def _ads(row: Row) -> Iterator[Row]:
    """A campaign's day as its two ads: a third and the rest, exact to the cent."""
    cent = Decimal("0.01")
    part = {
        "spend": (row["spend"] / 3).quantize(cent),
        "impressions": row["impressions"] // 3,
        "clicks": row["clicks"] // 3,
        "conversions": Decimal(int(row["conversions"]) // 3),
        "conversions_value": (row["conversions_value"] / 3).quantize(cent),
    }
    yield row | part | {"ad": 1}
    yield row | {name: row[name] - value for name, value in part.items()} | {"ad": 2}


def _whole(world: World, rows: list[Row], first_day: date, last_day: date, level: str) -> list[Row]:
    groups: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        groups.setdefault(("" if level == "account" else row["campaign_id"], row.get("ad", 0)), []).append(row)
    return [world.summed(group) | {"date_day": first_day, "last_day": last_day} for group in groups.values()]


def _row(world: World, account: FakeAccount, level: str, row: Row) -> Json:
    made: Json = {"account_id": account.id, "account_name": account.name, "account_currency": account.currency}
    if level != "account":
        name = world.name_of(row)
        made["campaign_id"] = row["campaign_id"]
        made |= {"campaign_name": name} if name is not None else {}
        if level in ("adset", "ad"):
            made |= {"adset_id": f"{row['campaign_id']}1", "adset_name": "All"}
        if level == "ad":
            made |= {"ad_id": f"{row['campaign_id']}1{row['ad']}", "ad_name": f"Ad {row['ad']}"}
    made |= {
        "date_start": row["date_day"].isoformat(),
        "date_stop": (row["last_day"] if "last_day" in row else row["date_day"]).isoformat(),
        "spend": f"{row['spend']:.2f}" if row["spend"] == round(row["spend"], 2) else str(row["spend"]),
        "impressions": str(row["impressions"]),
        "clicks": str(row["clicks"] * world.switches["meta_clicks_all_percent"] // 100),
        "inline_link_clicks": str(row["clicks"]),
        "reach": str(row["impressions"] * 2 // 3),
        "attribution_setting": "7d_click_1d_view",
    }
    return made | _actions(row)


def _actions(row: Row) -> Json:
    """A purchase in each of its names beside clicks on the link; the windows that were asked for stand in the row."""
    actions = [{"action_type": "link_click", "value": str(row["clicks"])}] if row["clicks"] else []
    if row["conversions"]:
        count = f"{row['conversions'].normalize():f}"
        actions += [{"action_type": name, "value": count, "1d_click": "0", "7d_click": count} for name in _PURCHASE]
    made: Json = {"actions": actions} if actions else {}
    if row["conversions_value"]:
        value = f"{row['conversions_value']:.2f}"
        made["action_values"] = [{"action_type": name, "value": value, "7d_click": value} for name in _PURCHASE]
    return made
