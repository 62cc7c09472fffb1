"""One entry a connector and entity: add yours, and the whole kit runs against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from tests.fakes.data import Row, World
from tests.unit.sources.conformance.kit import Case

OAUTH = ("client_id", "client_secret", "refresh_token")
# A platform whose token cannot be renewed by itself: one that expires stops the source.
NO_RENEWAL = ("throttle", "server_error", "cut_stream", "html_error_page")


def spend(
    kind: str, accounts: tuple[str, ...], credentials: tuple[str, ...], campaign: str, account: str, **more: object
) -> Case:
    """platform_spend of an ad platform: `campaign` of the small world is restated, a day of `account` emptied."""
    day = date(2026, 2, 1)
    return Case(
        kind=kind,
        entity="platform_spend",
        accounts=accounts,
        value="spend",
        mine=lambda row: row["platform"] == kind and row["account_id"] in accounts,
        credentials=credentials,
        restate=lambda world: world.restate(kind, campaign, day, Decimal("77.70")),
        empty=lambda world: world.empty_day(kind, account, day),
        remove=lambda world: world.remove_campaign(kind, campaign),
        **more,  # type: ignore[arg-type]
    )


def campaigns(
    kind: str, accounts: tuple[str, ...], credentials: tuple[str, ...], small_pages: dict[str, object], **more: object
) -> Case:
    """The list of campaigns of an ad platform."""
    return Case(
        kind,
        "campaigns",
        accounts,
        "name",
        mine=_of_platform(kind),
        credentials=credentials,
        small_pages=small_pages,
        step="campaigns",
        **more,  # type: ignore[arg-type]
    )


def _of_platform(kind: str) -> Callable[[Row], bool]:
    return lambda row: row["platform"] == kind


def _google_bill(world: World) -> Iterator[Row]:
    """The account's January bill. Its invalid activity takes back from December's, told by that bill's number."""
    for row in world.tables["platform_invoices"]:
        if row["account_id"] == "111-222-3333":
            yield row


ADS_CASES = [
    spend(
        "google_ads",
        ("111-222-3333", "444-555-6666"),
        ("developer_token", *OAUTH),
        "9001",
        "111-222-3333",
        small_pages={"google_batch_rows": 2},
    ),
    Case(
        "google_ads",
        "campaigns",
        ("111-222-3333", "444-555-6666"),
        "name",
        mine=_of_platform("google_ads"),
        credentials=("developer_token", *OAUTH),
        small_pages={"google_batch_rows": 1},
        step="campaigns",
        drift=("new_field", "missing_field"),
    ),
    Case(
        "google_ads",
        "platform_invoices",
        ("111-222-3333",),
        "amount",
        as_of=date(2026, 2, 4),
        expected=_google_bill,
        credentials=("developer_token", *OAUTH),
        step="invoices",
        drift=("new_field", "retyped_field"),
    ),
    spend(
        "meta_ads",
        ("700100200300",),
        ("access_token",),
        "8001",
        "700100200300",
        small_pages={"meta_page_size": 2, "meta_next_repeats_header_token": True},
        transient=NO_RENEWAL,
    ),
    # Every period by a report run.
    spend(
        "meta_ads",
        ("700100200300",),
        ("access_token",),
        "8001",
        "700100200300",
        options={"sync_days": 0},
        small_pages={"meta_page_size": 2, "meta_polls": 2},
        transient=NO_RENEWAL,
    ),
    campaigns("meta_ads", ("700100200300",), ("access_token",), {"meta_page_size": 1}, transient=NO_RENEWAL),
    spend("linkedin_ads", ("508000001",), OAUTH, "7001", "508000001", small_pages={"linkedin_page_size": 1}),
    campaigns("linkedin_ads", ("508000001",), OAUTH, {"linkedin_page_size": 1}, drift=("missing_field",)),
    spend(
        "tiktok_ads",
        ("7200000001",),
        ("access_token",),
        "6001",
        "7200000001",
        small_pages={"tiktok_served_page_size": 2},
        transient=NO_RENEWAL,
    ),
    campaigns(
        "tiktok_ads",
        ("7200000001",),
        ("access_token",),
        {"tiktok_served_page_size": 1},
        transient=NO_RENEWAL,
        drift=("new_field", "missing_field"),
    ),
    # A report is submitted, polled for and downloaded: a fault shows wherever the platform shows it.
    spend(
        "microsoft_ads",
        ("180000001",),
        ("developer_token", *OAUTH),
        "5001",
        "180000001",
        small_pages={"microsoft_polls": 2},
        step=None,
        # First what shows at the download alone: there are only as many as there are months.
        transient=("cut_stream", "throttle", "server_error", "expired_token", "html_error_page"),
    ),
    campaigns("microsoft_ads", ("180000001",), ("developer_token", *OAUTH), {}, drift=("missing_field",)),
    Case(
        "ecb",
        "fx_rates",
        (),
        "rate",
        transient=("throttle", "server_error", "cut_stream", "html_error_page"),
        drift=("retyped_field",),
        restate=lambda world: _set_rate(world, date(2026, 1, 30), "USD", Decimal("1.0999")),
    ),
]


def _set_rate(world: World, day: date, currency: str, rate: Decimal) -> None:
    for row in world.tables["fx_rates"]:
        if (row["date_day"], row["to_currency"]) == (day, currency):
            row["rate"] = rate
