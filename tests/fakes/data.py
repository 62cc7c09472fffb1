"""The company that the fake platforms speak of: canonical rows, accounts, secrets, and what may change under way."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from starlette.requests import Request

from tests.fakes.faults import Fault, Faults
from tests.fakes.switches import SWITCHES
from tests.fakes.tokens import Tokens

Row = dict[str, Any]
AD_PLATFORMS = ("google_ads", "meta_ads", "linkedin_ads", "tiktok_ads", "microsoft_ads")
_NOTHING = {"impressions": 0, "clicks": 0, "conversions": Decimal(0), "conversions_value": Decimal(0)}

_ANSWERS = count(1)

# The secrets that each platform wants; their values are made up below.
SECRETS: dict[str, tuple[str, ...]] = {
    "google_ads": ("developer_token", "client_id", "client_secret", "refresh_token"),
    "meta_ads": ("access_token",),
    "linkedin_ads": ("client_id", "client_secret", "refresh_token", "access_token"),
    "tiktok_ads": ("access_token",),
    "microsoft_ads": ("developer_token", "client_id", "client_secret", "refresh_token"),
    "ecb": (),
    "quickbooks": ("client_id", "client_secret", "refresh_token"),
    "xero": ("client_id", "client_secret", "refresh_token"),
    "netsuite": ("consumer_key", "consumer_secret", "token_id", "token_secret"),
    "shopify": ("access_token",),
}


@dataclass
class FakeAccount:
    """An account as its platform knows it. `permitted` False: the credential may not read it (any more)."""

    id: str
    name: str
    currency: str
    time_zone: str
    permitted: bool = True


@dataclass(frozen=True)
class Logged:
    """One request that came in. `query` as it came, percent signs and all."""

    kind: str
    step: str
    method: str
    path: str
    query: str
    account: str | None
    fault: str


def _secrets() -> dict[str, dict[str, str]]:
    return {kind: {name: f"canary-{kind}-{name}" for name in names} for kind, names in SECRETS.items()}


@dataclass
class World:
    """Everything the fake knows. Tests change it between requests; call `changed` after changing `tables` by hand.

    tables: entity -> canonical rows (str, int, Decimal, bool, date, datetime or None by column).
    accounts: platform -> account id as company.toml states it -> what the platform says of it.
    switches: what the public documentation leaves open, see switches.py.
    """

    tables: dict[str, list[Row]] = field(default_factory=dict)
    accounts: dict[str, dict[str, FakeAccount]] = field(default_factory=dict)
    credentials: dict[str, dict[str, str]] = field(default_factory=_secrets)
    faults: Faults = field(default_factory=Faults)
    switches: dict[str, Any] = field(default_factory=lambda: dict(SWITCHES))
    tokens: Tokens = field(default_factory=Tokens)
    requests: list[Logged] = field(default_factory=list)
    removed: set[tuple[str, str]] = field(default_factory=set)
    _days: dict[tuple[str, str], dict[date, dict[str, Row]]] = field(default_factory=dict)

    @classmethod
    def from_landing(cls, landing: Path, *, time_zones: dict[str, str] | None = None) -> World:
        """What a run from files landed: of each key the row that staging keeps. `time_zones`: platform -> zone."""
        from tests.fakes.landed import landed_tables

        world = cls(tables=landed_tables(landing))
        world.open_accounts({"linkedin_ads": "UTC"} | (time_zones or {}))
        return world

    @classmethod
    def small(cls) -> World:
        """A company of four days around a month's end, small enough to add up by hand: see small.py."""
        from tests.fakes.small import small_tables

        world = cls(tables=small_tables())
        world.open_accounts({"linkedin_ads": "UTC"})
        return world

    def copied(self) -> World:
        """A world of its own that says the same; faults, tokens and requests are not taken along."""
        kept = (self.tables, self.accounts, self.credentials, self.switches, self.removed)
        tables, accounts, credentials, switches, removed = copy.deepcopy(kept)
        return World(tables, accounts, credentials, switches=switches, removed=removed)

    def open_accounts(self, time_zones: dict[str, str]) -> None:
        """An account for each that spend is told of; Europe/Berlin where `time_zones` says nothing of its platform."""
        for row in self.tables.get("platform_spend", []):
            platform, account = row["platform"], row["account_id"]
            zone = time_zones.get(platform, "Europe/Berlin")
            name = f"{platform.removesuffix('_ads').title()} {account[-4:]}"
            self.accounts.setdefault(platform, {}).setdefault(
                account, FakeAccount(account, name, row["currency"], zone)
            )

    def log(self, kind: str, step: str, request: Request, fault: Fault | None, account: str | None = None) -> None:
        """Notes a request; the server calls it."""
        name = fault.name if fault else ""
        self.requests.append(Logged(kind, step, request.method, request.url.path, request.url.query, account, name))

    def answer_id(self, plain: str) -> str:
        """What a platform calls the answer it gives just now; always the same where tests compare bytes."""
        return f"{plain}-{self.answer_number()}" if self.switches["fresh_ids"] else plain

    def answer_number(self) -> int:
        """Another one for every answer of any world; 0 where answers are to be alike."""
        return next(_ANSWERS) if self.switches["fresh_ids"] else 0

    def asked(self, kind: str, step: str | None = None) -> list[Logged]:
        """The requests that a platform got so far, oldest first."""
        return [one for one in self.requests if one.kind == kind and step in (None, one.step)]

    def secret(self, kind: str, name: str) -> str:
        """A platform's secret, made up where none was stated."""
        return self.credentials.setdefault(kind, {}).setdefault(name, f"canary-{kind}-{name}")

    def environment(self, *kinds: str) -> dict[str, str]:
        """The environment variables that hold the secrets: `GOOGLE_ADS_CLIENT_SECRET` and so on."""
        return {
            f"{kind}_{name}".upper(): value
            for kind in kinds or self.credentials
            for name, value in self.credentials[kind].items()
        }

    # -- spend ---------------------------------------------------------------------------------------------------

    def spend(self, platform: str, account: str, first_day: date, last_day: date) -> list[Row]:
        """The rows of an account's days, both inclusive, by day and campaign."""
        days = self._by_day().get((platform, account), {})
        return [
            days[day][campaign]
            for day in sorted(days)
            if first_day <= day <= last_day
            for campaign in sorted(days[day])
        ]

    def total(self, platform: str | None = None, account: str | None = None, day: date | None = None) -> Decimal:
        """The sum of spend, in the currencies as they are."""
        return sum(
            (row["spend"] for row in self.tables.get("platform_spend", [])
             if platform in (None, row["platform"]) and account in (None, row["account_id"])
             and day in (None, row["date_day"])),
            Decimal(0),
        )  # fmt: skip

    def by_day(self, platform: str, account: str, first_day: date, last_day: date) -> list[Row]:
        """One row a day: the sums of the account's campaigns."""
        return [self.summed(list(rows)) for rows in self._grouped(platform, account, first_day, last_day)]

    @staticmethod
    def summed(rows: list[Row]) -> Row:
        """The rows in one: figures added, the rest of the first."""
        figures = ("spend", *_NOTHING)
        return rows[0] | {name: sum((row[name] for row in rows), type(rows[0][name])(0)) for name in figures}

    def _grouped(self, platform: str, account: str, first_day: date, last_day: date) -> Iterator[Iterable[Row]]:
        days = self._by_day().get((platform, account), {})
        for day in sorted(days):
            if first_day <= day <= last_day and days[day]:
                yield days[day].values()

    def _by_day(self) -> dict[tuple[str, str], dict[date, dict[str, Row]]]:
        if not self._days:
            for row in self.tables.get("platform_spend", []):
                for name, nothing in _NOTHING.items():
                    if row.get(name) is None:
                        row[name] = nothing
                days = self._days.setdefault((row["platform"], row["account_id"]), {})
                days.setdefault(row["date_day"], {})[row["campaign_id"]] = row
        return self._days

    # -- campaigns -----------------------------------------------------------------------------------------------

    def campaigns(self, platform: str, account: str) -> list[Row]:
        """The account's campaigns by id, removed ones too (`removed` tells): those spend is told of, and those

        of the table `campaigns` without any spend, which stand in the platform's first account.
        """
        stated = {row["campaign_id"]: row for row in self.tables.get("campaigns", []) if row["platform"] == platform}
        owner: dict[str, Row] = {}
        for row in self.tables.get("platform_spend", []):
            if row["platform"] == platform:
                owner[row["campaign_id"]] = row
        mine = {one: row for one, row in owner.items() if row["account_id"] == account}
        if account == next(iter(self.accounts.get(platform, {})), None):
            mine |= {one: row for one, row in stated.items() if one not in owner}
        return [
            {"campaign_id": one, "name": mine[one].get("campaign_name"), "status": "enabled"} | stated.get(one, {})
            for one in sorted(mine)
        ]

    def name_of(self, row: Row) -> str | None:
        """The campaign's name next to a row of spend; None once the campaign is removed."""
        return None if (row["platform"], row["campaign_id"]) in self.removed else row.get("campaign_name")

    # -- changes -------------------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Must be called after `tables` was changed by hand."""
        self._days = {}

    def restate(self, platform: str, campaign_id: str, day: date, spend: Decimal | str) -> None:
        """The platform now says that a campaign's day cost `spend`. KeyError where it had no such row."""
        for row in self.tables["platform_spend"]:
            if (row["platform"], row["campaign_id"], row["date_day"]) == (platform, campaign_id, day):
                row["spend"] = Decimal(spend)
                return
        raise KeyError(f"{platform} has no row of campaign {campaign_id} on {day}")

    def empty_day(self, platform: str, account: str, day: date) -> None:
        """Nothing happened on that day any more: not rows of zero, but no rows."""
        gone = (platform, account, day)
        rows = self.tables["platform_spend"]
        rows[:] = [row for row in rows if (row["platform"], row["account_id"], row["date_day"]) != gone]
        self.changed()

    def remove_campaign(self, platform: str, campaign_id: str, *, keep_spend: bool = True) -> None:
        """It has no name any more and is in no list. What it cost stays, unless told not to."""
        self.removed.add((platform, campaign_id))
        if not keep_spend:
            rows = self.tables["platform_spend"]
            rows[:] = [row for row in rows if (row["platform"], row["campaign_id"]) != (platform, campaign_id)]
            self.changed()
